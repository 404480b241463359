"""sys.setprofile and cProfile used by the program."""

import cProfile
import pstats
import sys

events = []


def profiler(frame, event, arg):
    name = arg.__name__ if event.startswith("c_") else frame.f_code.co_name
    events.append(f"{event} {name}")


def leaf(n):
    return len(str(n))


def generator(n):
    for i in range(n):
        yield leaf(i)


def work():
    total = sum(generator(3))
    try:
        leaf(1 / 0)
    except ZeroDivisionError:
        total += 1
    return total


sys.setprofile(profiler)
work()
sys.setprofile(None)
print(*events, sep="\n")

profile = cProfile.Profile()
try:
    profile.runcall(work)
    stats = pstats.Stats(profile).stats
    for (file, line, name), (calls, *_) in sorted(stats.items()):
        if file == __file__:
            print(name, line, calls)
except ValueError as err:  # another profiler holds the tool's place
    print(err)
print(sys.getprofile(), work())
