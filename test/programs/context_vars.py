"""contextvars: copies, runs, tokens, across threads and callbacks."""

import contextvars
import threading

level = contextvars.ContextVar("level", default=0)


def deeper(n):
    if n == 0:
        return level.get()
    token = level.set(level.get() + 1)
    try:
        return deeper(n - 1)
    finally:
        level.reset(token)


def remember(results, key):
    results[key] = level.get()


def stepping():
    while True:
        level.set(level.get() + 1)
        yield level.get()


print(deeper(10), level.get())
context = contextvars.copy_context()
print(context.run(deeper, 5))
context.run(level.set, 50)
print(level.get(), context[level], context.run(deeper, 3))
results = {}
level.set(7)
for key, wrap in (("plain", lambda: remember(results, "plain")), ("copied", lambda: contextvars.copy_context().run(remember, results, "copied"))):
    thread = threading.Thread(target=wrap)
    thread.start()
    thread.join()
print(results["copied"] in (0, 7), sorted(results))
steps = stepping()
other = contextvars.copy_context()
print([next(steps), other.run(next, steps), next(steps)], level.get(), other[level])
try:
    context.run(context.run, print)
except RuntimeError as err:
    print("entered twice")
