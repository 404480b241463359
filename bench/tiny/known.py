"""A program whose times are known, to compare with what a trace of it says.

    known.py SIZE

It leaves a list in the file that BENCH_RESULT names: a name, the function, the
nanoseconds that it has truly taken, and whether that is all its calls and not the
fastest. Where work cannot time itself, the same is done in turns by module spin,
which is not recorded.
"""
import json
import os
import sys
import zlib

import spin


def line_12():
    spin.wait('line_12', 12000)


def line_50():
    spin.wait('line_50', 50000)


def line_200():
    spin.wait('line_200', 200000)


def level9():
    return spin.wait('level9', 15000)


def level8():
    took = spin.wait('', 15000) + level9()
    spin.note('level8', took)
    return took


def level7():
    took = spin.wait('', 15000) + level8()
    spin.note('level7', took)
    return took


def level6():
    took = spin.wait('', 15000) + level7()
    spin.note('level6', took)
    return took


def level5():
    took = spin.wait('', 15000) + level6()
    spin.note('level5', took)
    return took


def level4():
    took = spin.wait('', 15000) + level5()
    spin.note('level4', took)
    return took


def level3():
    took = spin.wait('', 15000) + level4()
    spin.note('level3', took)
    return took


def level2():
    took = spin.wait('', 15000) + level3()
    spin.note('level2', took)
    return took


def level1():
    took = spin.wait('', 15000) + level2()
    spin.note('level1', took)
    return took


def level0():
    took = spin.wait('', 15000) + level1()
    spin.note('level0', took)
    return took


def native(n, function, data):
    for _ in range(n): function(data)


def empty(): pass


def empties(n):
    for _ in range(n): empty()


def empties_below(n):
    for _ in range(n):
        empty()


def in_turns(ours, theirs, times, *args):
    for _ in range(times):
        spin.timed(theirs, *args)
        ours(*args)


def main(size):
    for _ in range(size):
        line_12()
        line_50()
        line_200()
        level0()
    in_turns(native, spin.native, size, 10, zlib.crc32, bytes(60000))
    in_turns(empties, spin.empties, size, 1000)
    in_turns(empties_below, spin.empties_below, size, 1000)


NAMES = [('a line of 12 µs', 'line_12'), ('a line of 50 µs', 'line_50'), ('a line of 200 µs', 'line_200')]
NAMES += [('level %d of ten' % k, 'level%d' % k) for k in range(10)]
NAMES += [('ten calls of a native function in a loop', 'native'),
          ('an empty function in a loop of one line', 'empties'),
          ('an empty function on a line of its own', 'empties_below')]

# The million calls of an empty function: each is too short to be told from what the machine does besides.
ALL = 'empties', 'empties_below'

if __name__ == '__main__':
    main(int(sys.argv[1]))
    with open(os.environ['BENCH_RESULT'], 'w') as file:
        json.dump([[name, function, (spin.total if function in ALL else spin.least)[function], function in ALL]
                   for name, function in NAMES], file)
