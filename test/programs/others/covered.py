"""A program whose coverage is measured: branches one way and both, a thread, exceptions, generators, an exit status."""

import sys
import threading


def branches(n):
    total = 0
    for i in range(n):
        if i % 3 == 0:
            total += i
        elif i > 100:
            total -= i
        else:
            total += 1
    while total > n:
        total -= n
    return total


def generator(n):
    try:
        for i in range(n):
            yield i
    finally:
        branches(n)


def fails(n):
    try:
        if n:
            raise KeyError(n)
        return "not reached"
    except KeyError as err:
        return err.args[0]
    finally:
        branches(n)


def never():
    return "nobody calls it"


def in_thread(found):
    for i in range(5):
        found.append(branches(i))
        found.append(sum(generator(i)))


def last(n):
    for i in range(n):
        branches(i)


found = []
thread = threading.Thread(target=in_thread, args=(found,))
thread.start()
thread.join()
print(found)
print([x + 1 for x in generator(4)], fails(3), branches(7))
gen = generator(3)
next(gen)
gen.close()
last(20)
print("no more", file=sys.stderr)
sys.exit(3)
