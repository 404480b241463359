"""Work of known length, in a module that is not recorded: known.py calls it.

Of what times itself the least time counts, which other work on the machine leaves
alone; of what is done in turns all of it, for that slows both.
"""
import time

least, total = {}, {}


def note(key, ns):
    least[key] = min(least.get(key, ns), ns)
    total[key] = total.get(key, 0) + ns


def wait(key, ns):
    """Works for so long, and returns how long it was."""
    now = begin = time.perf_counter_ns()
    while now - begin < ns:
        now = time.perf_counter_ns()
    note(key, now - begin)
    return now - begin


def timed(function, *args):
    begin = time.perf_counter_ns()
    function(*args)
    note(function.__name__, time.perf_counter_ns() - begin)


def native(n, function, data):
    for _ in range(n): function(data)


def empty(): pass


def empties(n):
    for _ in range(n): empty()


def empties_below(n):
    for _ in range(n):
        empty()
