"""Coroutines driven by hand: send, throw, close, await chains, awaitables, never awaited ones."""

import types
import warnings

warnings.simplefilter("ignore", RuntimeWarning)


class Ask:
    """An awaitable that hands a question to whoever drives."""

    def __init__(self, question):
        self.question = question

    def __await__(self):
        answer = yield self.question
        return answer


@types.coroutine
def bare(question):
    return (yield question)


async def leaf(n):
    first = await Ask(f"first {n}")
    try:
        second = await bare(f"second {n}")
    except ValueError as err:
        second = str(err)
    return first, second


async def chain(depth, n):
    if depth:
        return await chain(depth - 1, n)
    return await leaf(n)


async def guarded():
    try:
        await Ask("guarded")
    finally:
        print("cleaned up")


def drive(coroutine, *answers):
    send = coroutine.send
    try:
        question = send(None)
        for answer in answers:
            print("asked", question)
            if isinstance(answer, Exception):
                question = coroutine.throw(answer)
            else:
                question = send(answer)
    except StopIteration as stop:
        return stop.value
    return "unfinished"


print(drive(chain(0, 0), 1, 2))
print(drive(chain(50, 1), 1, 2))
print(drive(chain(50, 2), 1, ValueError("thrown in")))
try:
    drive(chain(10, 3), KeyError("thrown through"))
except KeyError as err:
    print(repr(err))

coroutine = guarded()
print(coroutine.send(None))
coroutine.close()

coroutine = guarded()
coroutine.close()
coroutine = guarded()
try:
    coroutine.throw(OSError("never started"))
except OSError as err:
    print(err)
coroutine = guarded()
del coroutine

try:
    drive(coroutine := guarded(), 1)
    coroutine.send(None)
except RuntimeError as err:
    print(err)

for i in range(300):
    drive_me = chain(3, i)
    drive_me.send(None)
    drive_me.close()
print("done")
