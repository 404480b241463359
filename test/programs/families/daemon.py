"""Forks twice and leaves: the grandchild, in a session of its own, works on until the file that it is given is there. With
a second file the program itself stays until that is there."""

import os
import sys
import time

import kin


def wait(until):
    end = time.monotonic() + 120
    while not os.path.exists(until) and time.monotonic() < end:
        kin.call(10)
        time.sleep(0.01)


def work(until):
    kin.call(500)
    wait(until)
    kin.call(1000)
    kin.leave()


def main():
    until = sys.argv[1]
    kin.call(100)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(null, descriptor)
            work(until)
            os._exit(0)
        kin.leave()
        os._exit(0)
    os.wait()
    for other in sys.argv[2:]:
        print("waits", flush=True)
        wait(other)
    kin.leave()
    print("left")
    sys.exit(4)


main()
