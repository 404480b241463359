"""Threads that run at the same time where the interpreter lets them: the same functions and their own, new code at once.

Prints how often each function was called and some of its lines were run: "calls NAME N", "line NAME OFFSET N".
"""

import sys
import threading

THREADS = int(sys.argv[1])
ROUNDS = 40
FRESH = 60
MADE = 30


def shared(n):
    total = 0
    for i in range(n):
        total += i
    return total


def fails(n):
    if n:
        return fails(n - 1)
    raise ValueError(n)


def numbers(n):
    for i in range(n):
        yield i


def catches(n):
    try:
        fails(n)
    except ValueError:
        return n


FRESH_SOURCE = """
def fresh(n):
    total = 0
    while n:
        n -= 1
        total += n
    return total
"""

# Code that no thread has run yet: all of them run each for the first time at the same moment.
fresh = []
for number in range(FRESH):
    names = {}
    exec(compile(FRESH_SOURCE.replace("fresh", "fresh%d" % number), "fresh.py", "exec"), names)
    fresh.append(names["fresh%d" % number])

MADE_SOURCE = """
def made(n):
    return [i for i in range(n)]
"""

barrier = threading.Barrier(THREADS)


def work(number):
    own = {}
    exec(compile(FRESH_SOURCE.replace("fresh", "own%d" % number), "own.py", "exec"), own)
    own = own["own%d" % number]
    for function in fresh:
        barrier.wait()
        function(3)
    for _ in range(ROUNDS):
        shared(10)
        own(5)
        catches(3)
        assert sum(numbers(4)) == 6
    for i in range(MADE):
        names = {}
        exec(compile(MADE_SOURCE.replace("made", "made%d" % (i % 3)), "made.py", "exec"), names)
        assert names["made%d" % (i % 3)](2) == [0, 1]


threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

RUNS = THREADS * ROUNDS
print("calls shared", RUNS)
print("line shared 2", RUNS * 11)
print("line shared 3", RUNS * 10)
print("line shared 4", RUNS)
print("calls fails", RUNS * 4)
print("line fails 3", RUNS)
print("calls catches", RUNS)
print("line catches 4", RUNS)
print("calls numbers", RUNS)
print("line numbers 2", RUNS * 4)
for number in range(FRESH):
    print("calls fresh%d" % number, THREADS)
    print("line fresh%d 4" % number, THREADS * 3)
for number in range(THREADS):
    print("calls own%d" % number, ROUNDS)
    print("line own%d 3" % number, ROUNDS * 5)
for number in range(3):
    print("calls made%d" % number, THREADS * MADE // 3)
    print("line made%d 1" % number, THREADS * MADE // 3)
print("calls work", THREADS)
