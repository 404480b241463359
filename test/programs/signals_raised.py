"""Signals the program raises for itself, at known places: handlers that return, raise, recurse and interrupt."""

import os
import signal


class Stop(Exception):
    pass


def count(number, frame):
    seen.append(signal.Signals(number).name)


def stop(number, frame):
    raise Stop(signal.Signals(number).name)


def again(number, frame):
    seen.append(len(seen))
    if len(seen) < 5:
        signal.raise_signal(number)


def loop(n, at, number):
    for i in range(n):
        if i == at:
            signal.raise_signal(number)
    return i


def generator():
    try:
        for i in range(5):
            yield i
            signal.raise_signal(signal.SIGUSR1)
    finally:
        seen.append("finally")


def attempt(function, *args):
    try:
        return function(*args)
    except (Stop, KeyboardInterrupt) as err:
        return repr(err)


seen = []
signal.signal(signal.SIGUSR1, count)
print(attempt(loop, 10, 5, signal.SIGUSR1), seen)
print(attempt(list, generator()), seen)

signal.signal(signal.SIGUSR1, stop)
seen.clear()
print(attempt(loop, 10, 5, signal.SIGUSR1), seen)
print(attempt(list, generator()), seen)

signal.signal(signal.SIGUSR1, again)
seen.clear()
print(attempt(loop, 10, 5, signal.SIGUSR1), seen)

signal.signal(signal.SIGINT, signal.default_int_handler)
print(attempt(loop, 10, 5, signal.SIGINT))
for _ in range(100):
    attempt(loop, 3, 1, signal.SIGINT)
signal.signal(signal.SIGUSR2, stop)
print(attempt(os.kill, os.getpid(), signal.SIGUSR2))
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
print(attempt(loop, 10, 5, signal.SIGUSR1))
