"""asyncio: gather, tasks, queues, cancellation, timeouts, task groups, callbacks, executors."""

import asyncio
import threading
import contextvars

name = contextvars.ContextVar("name", default="nobody")


async def worker(label, queue, done):
    name.set(label)
    while True:
        item = await queue.get()
        if item is None:
            break
        done.append(item * item)
    return name.get()


async def produce():
    queue = asyncio.Queue(maxsize=3)
    done = []
    workers = [asyncio.create_task(worker(f"w{i}", queue, done)) for i in range(4)]
    for i in range(50):
        await queue.put(i)
    for _ in workers:
        await queue.put(None)
    print(await asyncio.gather(*workers), sum(done))


async def forever(log):
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        log.append("cancelled")
        raise
    finally:
        log.append("finally")


async def cancel():
    log = []
    task = asyncio.create_task(forever(log))
    await asyncio.sleep(0)
    task.cancel("enough")
    try:
        await task
    except asyncio.CancelledError as err:
        log.append(err.args)
    unstarted = asyncio.create_task(forever(log))
    unstarted.cancel()
    results = await asyncio.gather(unstarted, return_exceptions=True)
    print(log, [type(r).__name__ for r in results])


async def timeouts():
    log = []
    try:
        async with asyncio.timeout(0.01):
            await forever(log)
    except TimeoutError:
        log.append("timeout")
    try:
        await asyncio.wait_for(forever(log), 0.01)
    except TimeoutError:
        log.append("wait_for")
    print(log)


async def fail(after):
    for _ in range(after):
        await asyncio.sleep(0)
    raise ValueError(after)


async def groups():
    log = []
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(forever(log))
            group.create_task(fail(3))
    except* ValueError as errors:
        log.append([str(e) for e in errors.exceptions])
    results = await asyncio.gather(fail(1), fail(2), asyncio.sleep(0, "slept"), return_exceptions=True)
    print(log, results)


def compute(n, awaited):
    awaited.wait()
    total = 0
    for i in range(n):
        total += i
    return total


async def others():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, "called soon")
    print(await future)
    # Not before it is awaited: else it depends on the thread whether that suspends.
    awaited = threading.Event()
    loop.call_soon(awaited.set)
    print(await loop.run_in_executor(None, compute, 100, awaited))
    awaited = threading.Event()
    loop.call_soon(awaited.set)
    print(await asyncio.to_thread(compute, 200, awaited))
    print(await asyncio.shield(asyncio.sleep(0, "shielded")))


async def main():
    await produce()
    await cancel()
    await timeouts()
    await groups()
    await others()


asyncio.run(main())
