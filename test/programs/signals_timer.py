"""A timer's signal handler that raises out of running loops, and one that returns."""

import signal


class Alarm(Exception):
    pass


def raises(number, frame):
    raise Alarm(number)


def counts(number, frame):
    ticks.append(frame.f_code.co_name)


def busy():
    i = 0
    while True:
        i += 1
        if i % 2:
            i += helper(i)


def helper(i):
    return i & 1


def endless():
    while True:
        yield 1


def interrupted(target):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        target()
    except Alarm as err:
        return f"{target.__name__} interrupted by {signal.Signals(err.args[0]).name}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def drain():
    for _ in endless():
        pass


def waits():
    while len(ticks) < 5:
        helper(1)


ticks = []
signal.signal(signal.SIGALRM, raises)
for _ in range(5):
    print(interrupted(busy))
    print(interrupted(drain))
signal.signal(signal.SIGALRM, counts)
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
waits()
signal.setitimer(signal.ITIMER_REAL, 0)
# Where a tick finds the program depends on when the system lets it run: between two statements outside, or in the handler
# of the tick before. Nothing else has a frame here.
print("ticked", len(ticks) >= 5, set(ticks) - {"<module>", "waits", "helper", "counts"})
