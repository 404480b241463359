"""gc.callbacks in interpreters that come and go: each has a list of its own from 3.10 on, and its collector goes by that."""

import gc

try:
    import _interpreters as interpreters
except ImportError:  # CPython 3.12 and older
    import _xxsubinterpreters as interpreters

INSIDE = """
class Node:
    def __init__(self):
        self.me = self


def churn(n):
    for i in range(n):
        Node()


def note(phase, info):
    phases.append(phase)


churn(10)
import gc, sys

phases = []
gc.disable()
print([callback.__name__ for callback in gc.callbacks], sys.getrefcount(gc.callbacks), flush=True)
gc.callbacks.append(note)
gc.collect()
gc.collect(0)
print(phases, flush=True)
gc.enable()
churn({n})
print(len(phases) % 2, flush=True)
gc.callbacks.remove(note)
"""


def note(phase, info):
    log.append(phase)


def run(n):
    number = interpreters.create()
    failed = interpreters.run_string(number, INSIDE.format(n=n))
    interpreters.destroy(number)
    return failed


log = []
gc.disable()
gc.callbacks.append(note)
for n in 3000, 30000, 5:
    print(run(n), flush=True)
    gc.collect()
    print(len(log) >= 2, log[-2:], gc.callbacks == [note], flush=True)
    del log[:]
