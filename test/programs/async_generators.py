"""Async generators: asend, athrow, aclose, break, comprehensions, shutdown_asyncgens, by hand and under asyncio."""

import asyncio
import contextlib


try:
    anext
except NameError:  # before 3.10

    async def anext(gen, *default):
        try:
            return await gen.__anext__()
        except StopAsyncIteration:
            if not default:
                raise
            return default[0]


async def ticker(n, log):
    try:
        for i in range(n):
            got = yield i
            if got:
                log.append(got)
            await asyncio.sleep(0)
    except KeyError as err:
        log.append(repr(err))
        yield "recovered"
    finally:
        await asyncio.sleep(0)
        log.append("finally")


async def by_hand():
    log = []
    gen = ticker(5, log)
    print(await anext(gen), await gen.asend("sent"), await gen.athrow(KeyError("thrown")))
    print(await anext(gen, "exhausted"), log)

    gen = ticker(5, log := [])
    await anext(gen)
    await gen.aclose()
    await gen.aclose()
    print(log)

    gen = ticker(5, log := [])
    await gen.aclose()
    gen = ticker(5, log)
    try:
        await gen.athrow(OSError("never started"))
    except OSError as err:
        print(err, log)


async def with_break():
    log = []
    async for value in ticker(10, log):
        if value == 3:
            break
    else:
        log.append("else")
    print(value, log)
    async with contextlib.aclosing(ticker(10, log)) as values:
        async for value in values:
            if value == 2:
                break
    print(value, log)
    async for value in ticker(2, log):
        pass
    else:
        log.append("else")
    print(log)


async def comprehensions():
    log = []
    print([v async for v in ticker(4, log)])
    print({v: v * v async for v in ticker(4, log) if v % 2})
    lazily = (v + 1 async for v in ticker(3, log))
    print([v async for v in lazily], [await asyncio.sleep(0, v) for v in range(3)], log)


@contextlib.asynccontextmanager
async def managed(log):
    log.append("enter")
    try:
        yield "value"
    except ValueError as err:
        log.append(str(err))
    finally:
        log.append("exit")


async def managers():
    log = []
    async with managed(log) as value:
        log.append(value)
    async with managed(log):
        raise ValueError("swallowed")
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(managed(log))
    print(log)


async def left_open(log, keep):
    keep.append(gen := ticker(5, log))
    await anext(gen)


async def main():
    await by_hand()
    await with_break()
    await comprehensions()
    await managers()


async def leaves_one_open():
    await left_open(open_log, keep)


asyncio.run(main())
open_log, keep = [], []
asyncio.run(leaves_one_open())  # shutdown_asyncgens closes it
print(open_log)
