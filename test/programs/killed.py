"""Killed by its own signal, with frames open: SIGTERM, SIGKILL, or an uncaught KeyboardInterrupt."""

import os
import signal
import sys


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


def down(n, how):
    if n:
        return down(n - 1, how)
    print("about to go", work(1000), flush=True)
    if how == "interrupt":
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.raise_signal(signal.SIGINT)
    os.kill(os.getpid(), signal.Signals[how])
    print("not reached")


down(20, sys.argv[1])
