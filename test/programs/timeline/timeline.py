"""What timelines are made of: threads, generators that are suspended, go on and are
thrown into, coroutines, exceptions through several frames, recursion."""

import asyncio
import threading
import time


def count(n):
    for i in range(n):
        try:
            yield i
        except KeyError:
            yield -1


def consume(n):
    numbers = count(n)
    total = sum(next(numbers) for _ in range(n // 2))
    numbers.throw(KeyError("x"))
    numbers.close()
    return total


def fail(depth):
    if depth == 0:
        raise ValueError(depth)
    fail(depth - 1)


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


async def wait(n):
    await asyncio.sleep(0)
    return n


async def gather():
    return await asyncio.gather(*(wait(i) for i in range(5)))


def work():
    for _ in range(20):
        consume(10)
        factorial(12)
        try:
            fail(5)
        except ValueError:
            pass


threads = [threading.Thread(target=work, name=name) for name in ("first", "second")]
for thread in threads:
    thread.start()
asyncio.run(gather())
work()
time.sleep(0.3)  # for some samples of the counters
for thread in threads:
    thread.join()
