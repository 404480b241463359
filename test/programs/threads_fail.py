"""Threads that end by SystemExit, by an exception, and with an excepthook of their own."""

import sys
import threading


def leaves():
    sys.exit(5)


def raises(n):
    if n:
        raises(n - 1)
    raise ValueError("in a thread")


def run(target, *args):
    thread = threading.Thread(target=target, args=args, name="T")
    thread.start()
    thread.join()
    print("alive", thread.is_alive())


def hook(args):
    depth = 0
    traceback = args.exc_traceback
    while traceback:
        depth += 1
        traceback = traceback.tb_next
    print("hook", args.exc_type.__name__, args.exc_value, args.thread.name, depth)


run(leaves)
original = threading.excepthook
threading.excepthook = hook
run(raises, 5)
run(leaves)
threading.excepthook = original
run(raises, 2)
sys.exit(4)
