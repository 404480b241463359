"""Forks while other threads run and make code; each child starts threads of its own at once.

Prints how often a function was called in each of the children: "children N calls NAME N".
"""

import os
import threading
import warnings

warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads, since 3.12

CHILDREN = 8
THREADS = 4
CALLS = 50
stop = False


def busy(number):
    made = 0
    while not stop:
        names = {}
        exec(compile("def made%d(n): return n + %d" % (made % 50, number), "made.py", "exec"), names)
        names["made%d" % (made % 50)](made)
        made += 1


def in_child(n):
    total = 0
    for i in range(n):
        total += i
    return total


def work(barrier):
    barrier.wait()
    for _ in range(CALLS):
        in_child(3)


def child():
    barrier = threading.Barrier(THREADS)
    threads = [threading.Thread(target=work, args=(barrier,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


threads = [threading.Thread(target=busy, args=(n,)) for n in range(3)]
for thread in threads:
    thread.start()
for _ in range(CHILDREN):
    pid = os.fork()
    if pid == 0:
        child()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
stop = True
for thread in threads:
    thread.join()
print("children", CHILDREN, "calls in_child", THREADS * CALLS)
