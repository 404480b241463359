"""tracemalloc, from 3.6 on: what is allocated in the program, by line, and where from."""

import collections
import sys
import tracemalloc


class Node:
    def __init__(self, value):
        self.value = value
        self.next = None


def chain(n):
    first = None
    for i in range(n):
        node = Node([i] * 20)
        node.next = first
        first = node
    return first


def texts(n):
    return [("text %d" % i) * 20 for i in range(n)]


def generator(n):
    for i in range(n):
        yield bytearray(100 + i)


def table(n):
    return {i: bytes(100 + i) for i in range(1000, 1000 + n)}


def allocate():
    return chain(200), texts(300), list(generator(50)), table(100)


def mine(traceback):
    newest_last = traceback if sys.version_info >= (3, 7) else reversed(traceback)
    return tuple(frame.lineno for frame in newest_last if frame.filename == __file__)


def taken():
    """By where from, how many blocks there are and how large. Small objects the interpreter keeps for reuse, so they do
    not tell where they are used."""
    blocks = collections.defaultdict(list)
    measured = range(chain.__code__.co_firstlineno, allocate.__code__.co_firstlineno)
    for trace in tracemalloc.take_snapshot().traces:
        place = mine(trace.traceback)
        if trace.size >= 100 and place and place[-1] in measured:
            blocks[place].append(trace.size)
    return {place: (len(sizes), sum(sizes)) for place, sizes in blocks.items()}


def show(title, after, before):
    for place in sorted(set(after) | set(before)):
        count, size = (x - y for x, y in zip(after.get(place, (0, 0)), before.get(place, (0, 0))))
        if count or size:
            print(title, place, count, size)


allocate()  # what the interpreter needs for each function, once, is there then
if not tracemalloc.is_tracing():
    tracemalloc.start(int(sys.argv[1]))
before = taken()
kept = allocate()
with_it = taken()
print(tracemalloc.get_traceback_limit(), mine(tracemalloc.get_object_traceback(kept[2][7])))
del kept
show("made", with_it, before)
show("remains", taken(), before)
tracemalloc.stop()
print(tracemalloc.get_traced_memory(), tracemalloc.is_tracing())
