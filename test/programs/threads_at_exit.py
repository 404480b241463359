"""Threads that outlive the main one: joined at exit, and daemons still running, waiting and generating when Python ends."""

import atexit
import threading
import time


def spin():
    i = 0
    while True:
        i = (i + 1) % 1000


def wait():
    threading.Event().wait()


def sleep():
    while True:
        time.sleep(0.001)


def endless():
    while True:
        yield 1


def generate():
    for _ in endless():
        pass


def late(n):
    main = threading.main_thread()
    main.join()
    print("joined at exit", sum(range(n)))


for target in (spin, wait, sleep, generate):
    threading.Thread(target=target, daemon=True).start()
threading.Thread(target=late, args=(10,)).start()
atexit.register(print, "atexit")
time.sleep(0.02)
print("main ends")
