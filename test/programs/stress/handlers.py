"""What the requests of server.py do: each function leans on one thing that is
hard for a tracer, leaves nothing behind, and returns a number that is known."""
import asyncio
import functools
import sys
import threading
import weakref


def recursion(depth=300):
    return 1 + recursion(depth - 1) if depth else 0


def too_deep():
    """Runs into the limit and comes back through all frames."""
    try:
        return too_deep() + 1
    except RecursionError:
        return 1


class Failing(object):
    """Its destructor raises, from wherever it is dropped."""

    def __del__(self):
        raise ValueError("from a destructor")


def destructors(count=20):
    for _ in range(count):
        Failing()
    cycle = [Failing()]
    cycle.append(cycle)  # dropped by the collector, in whatever function that runs
    return count


def unwinding(depth):
    try:
        if depth == 0:
            raise KeyError(depth)
        return unwinding(depth - 1)
    except KeyError as e:
        if depth % 2:
            raise
        raise KeyError(depth) from e
    finally:
        depth = None


def exceptions():
    try:
        unwinding(30)
    except KeyError as e:
        return e.args[0]


def numbers(log):
    try:
        while True:
            yield from iter(range(10))
    finally:
        log.append(1)


def generators(count=20):
    """Suspended, then dropped: closed by their finalizers, some by the collector."""
    log = []
    for n in range(count):
        g = numbers(log)
        next(g)
        if n % 2:
            loop = [g]
            loop.append(loop)
        del g
    return count


SOURCE = """
def made(n):
    class Local(object):
        value = n
    return [Local.value + i for i in range(3)]
result = sum(made(4))
"""


def code(count=10):
    """Code objects that are made, run and dropped; their text is always the same."""
    for _ in range(count):
        scope = {}
        exec(compile(SOURCE, "<made>", "exec"), scope)
    return scope["result"]


def closures(count=50):
    return functools.reduce(lambda a, b: a + b, (map(lambda n: n * 2, range(count))))


async def pause(n):
    await asyncio.sleep(0)
    return n


async def tasks(count):
    return sum(await asyncio.gather(*[pause(n) for n in range(count)]))


def coroutines(count=10):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(tasks(count))
    finally:
        loop.close()


def references(count=20):
    gone = []

    class Watched(object):
        pass

    for _ in range(count):
        w = Watched()
        ref = weakref.ref(w, gone.append)
        del w, ref
    return count


def thread():
    """A thread for one request, as many servers have it."""
    got = []
    t = threading.Thread(target=lambda: got.append(recursion(20)))
    t.start()
    t.join()
    return got[0]


# Each with what it returns; None: what depends on the limit of recursion.
HANDLERS = [
    (recursion, 300), (destructors, 20), (exceptions, 30), (generators, 20), (code, 15),
    (closures, 2450), (coroutines, 45), (references, 20), (thread, 20),
]
if sys.version_info >= (3, 9):  # before, a destructor that runs at the limit may end the process, by the interpreter's will
    HANDLERS.append((too_deep, None))


def quiet():
    """Errors in destructors are wanted here."""
    sys.unraisablehook = lambda unraisable: None
