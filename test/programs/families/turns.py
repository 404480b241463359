"""Takes turns: step_0, step_1, … step_6, step_0 and so on, with a pause now and then, and says last at the end. Arguments: how
many turns, how many turns between pauses, in how many processes. A step takes now longer and now shorter."""

import os
import sys
import time

TURNS, PAUSE, PROCESSES = map(int, sys.argv[1:])
SOME = list(range(41))


def step_0(n):
    sum(SOME[: n * 31 % 41])
    return n + 1


def step_1(n):
    sum(SOME[: n * 31 % 41])
    return n + 1


def step_2(n):
    sum(SOME[: n * 31 % 41])
    return n + 1


def step_3(n):
    sum(SOME[: n * 31 % 41])
    return n + 1


def step_4(n):
    sum(SOME[: n * 31 % 41])
    return n + 1


def step_5(n):
    sum(SOME[: n * 31 % 41])
    return n + 1


def step_6(n):
    sum(SOME[: n * 31 % 41])
    return n + 1


def turn(n):
    return step_6(step_5(step_4(step_3(step_2(step_1(step_0(n)))))))


def last(n):
    return n


def live():
    n = 0
    for done in range(TURNS):
        n = turn(n)
        if done % PAUSE == 0:
            time.sleep(0.001)
    return last(n)


def main():
    pids = []
    for _ in range(PROCESSES - 1):
        pid = os.fork()
        if pid == 0:
            os._exit(live() != 7 * TURNS)
        pids.append(pid)
    n = live()
    print(n, [os.waitpid(pid, 0)[1] for pid in pids])


main()
