"""Threads that the threading module knows nothing of, which start, raise and leave by themselves."""

import _thread
import sys
import time

done = _thread.allocate_lock()


def compute(n):
    result = 1
    for i in range(1, n):
        result = result * i % 1_000_003
    return result


def numbers(n):
    for i in range(n):
        yield i


def work(n):
    try:
        total = compute(n) + sum(numbers(n))
        if n % 3 == 0:
            _thread.exit()
        results.append(total)
    finally:
        done.release()


def start(target, *args):
    done.acquire()
    _thread.start_new_thread(target, args)


results = []
for n in range(1, 40):
    start(work, n)
done.acquire()
print(sum(results), len(results))
done.release()


def fails():
    try:
        compute(-1) / 0
    finally:
        done.release()


def hook(info):
    print("unraisable", type(info.exc_value).__name__)
    hooked.release()


sys.unraisablehook = hook
hooked = _thread.allocate_lock()
hooked.acquire()
start(fails)
hooked.acquire()
time.sleep(0.1)  # until it has returned from hook, too
