"""Recursion 50,000 deep, plain, mutual, through generators, and unwound by an exception."""

import sys

sys.setrecursionlimit(60_000)
DEPTH = 50_000


def down(n):
    if n == 0:
        return 0
    return down(n - 1) + 1


def ping(n):
    if n:
        return pong(n - 1)
    return "ping"


def pong(n):
    if n:
        return ping(n - 1)
    return "pong"


class Bottom(Exception):
    pass


def fall(n):
    if n == 0:
        raise Bottom(n)
    fall(n - 1)


def fall_with_finally(n, seen):
    try:
        if n == 0:
            raise Bottom(n)
        fall_with_finally(n - 1, seen)
    finally:
        seen[0] += 1


def nested(n):
    """Generators in generators: each next() runs down the whole chain."""
    yield n
    if n:
        yield from nested(n - 1)


print(down(DEPTH))
print(ping(DEPTH), ping(DEPTH - 1))
try:
    fall(DEPTH)
except Bottom as err:
    frames = 0
    tb = err.__traceback__
    while tb:
        frames += 1
        tb = tb.tb_next
    print("unwound", frames)
    del tb
seen = [0]
try:
    fall_with_finally(20_000, seen)
except Bottom:
    print("finally", seen[0])
print(sum(nested(200)))
