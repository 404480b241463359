"""Ends while 64 threads, generators and objects with failing destructors are about:
what is left is dropped as the interpreter is finalized.

    python at_exit.py
"""
import sys
import threading
import time

import handlers


def busy(begin):
    begin.wait()
    while True:
        for handler, _ in handlers.HANDLERS[:6]:
            handler()


def main():
    handlers.quiet()
    begin = threading.Event()
    threads = [threading.Thread(target=busy, args=(begin,), daemon=True) for _ in range(64)]
    for t in threads:
        t.start()
    keep = sys.modules["handlers"].__dict__
    keep["left"] = [handlers.Failing() for _ in range(100)]
    keep["suspended"] = [handlers.numbers([]) for _ in range(100)]
    for g in keep["suspended"]:
        next(g)
    print("about to end")
    begin.set()
    time.sleep(0.05)


if __name__ == "__main__":
    main()
