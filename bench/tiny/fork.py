"""Forks children that run one function and end."""
import os

import pyperf


def child():
    return 0


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(child())
    os.waitpid(pid, 0)


if __name__ == '__main__':
    pyperf.Runner().bench_func('fork', fork)
