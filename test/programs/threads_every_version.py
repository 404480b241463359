"""Threads from 2.7 on: through threading, through _thread, started by threads, with generators that wander between them."""

from __future__ import print_function

import sys
import threading
import time

try:
    import _thread
except ImportError:
    import thread as _thread


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


def numbers(n):
    for i in range(n):
        yield work(i)


def raw(results, done):
    results.append(sum(numbers(10)))
    done.release()


def fails(done):
    try:
        raise SystemExit
    finally:
        done.release()


def take(gen, results):
    results.append(next(gen))


def starts_more(depth, results):
    results.append(work(depth))
    if depth:
        thread = threading.Thread(target=starts_more, args=(depth - 1, results))
        thread.start()
        thread.join()


def with_lock():
    lock = _thread.allocate_lock()
    lock.acquire()
    return lock


results = []
for _ in range(5):
    done = with_lock()
    _thread.start_new_thread(raw, (results, done))
    done.acquire()
done = with_lock()
_thread.start_new_thread(fails, (done,))
done.acquire()
threads = [threading.Thread(target=take, args=(gen, results)) for gen in [numbers(20)] for _ in range(10)]
for thread in threads:
    thread.start()
    thread.join()
starts_more(5, results)
busy = [threading.Thread(target=work, args=(3000,)) for _ in range(4)]
for thread in busy:
    thread.start()
for thread in busy:
    thread.join()
time.sleep(0.01)
print(results, threading.active_count())
sys.stdout.flush()
