"""Python called from C: sort keys, map, filter, reduce, re.sub, __eq__ and __hash__ in dicts, iterators, json hooks."""

import bisect
import functools
import heapq
import itertools
import json
import re
import struct
import sys


class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return self.value % 3

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return self.value < other.value

    def __repr__(self):
        return f"Key({self.value})"

    def __index__(self):
        return self.value


class Counting(dict):
    def __missing__(self, key):
        self[key] = len(key)
        return self[key]


class Sequence:
    def __getitem__(self, index):
        if index > 4:
            raise IndexError(index)
        return index * index


class Iterator:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


def negative(value):
    return -value


def shout(match):
    return match.group().upper()


def fails(value):
    if value == 3:
        raise ValueError("key failed")
    return value


def compare(a, b):
    return (a > b) - (a < b)


print(sorted(range(10), key=negative), sorted("hello", key=str.upper))
print(sorted([3, 1, 2], key=functools.cmp_to_key(compare)), min([4, 2, 8], key=negative), max("abc", key=ord))
try:
    sorted(range(5), key=fails)
except ValueError as err:
    print(err)
print(list(map(negative, filter(fails, range(3)))), functools.reduce(compare, range(5)))
print(re.sub(r"\b[a-m]\w*", shout, "all words from the first half go loud"))
keys = {Key(i): i for i in range(20)}
print(keys[Key(7)], Key(30) in keys, len({Key(1), Key(1), Key(4)}))
print([Key(i) for i in (3, 1, 2)], sorted([Key(3), Key(1), Key(2)]), [10, 20, 30][Key(1)], struct.pack("B", Key(65)))
counting = Counting()
print(counting["four"], "%(three)s" % counting, counting)
print(list(Sequence()), 9 in Sequence(), list(Iterator(4)), sum(Iterator(100)), dict(zip("abc", Iterator(3))))
by = {"key": negative} if sys.version_info >= (3, 10) else {}
heap = [Key(i * 7 % 10) for i in range(10)]
heapq.heapify(heap)
print([heapq.heappop(heap).value for _ in range(10)], bisect.bisect([1, 3, 5], -3, **by))
print([(k, list(g)) for k, g in itertools.groupby(range(10), key=lambda i: i // 4)])
print(list(itertools.takewhile(lambda i: i < 3, itertools.count())), list(itertools.accumulate(range(5), lambda a, b: a * 2 + b)))
print(json.loads('{"a": {"b": [1.5, 2]}}', object_hook=lambda d: sorted(d), parse_float=lambda s: "f" + s))
print(json.dumps({"k": Key(3)}, default=repr))
print(list(iter(Iterator(5).__next__, 2)), any(map(fails, (0, 1))), [*map(lambda a, b: a + b, range(3), range(3))])
print(bytes(Iterator(3)), "-".join(str(i) for i in Iterator(3)), [].__class__(Sequence()))
