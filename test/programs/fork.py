"""os.fork: children that run Python code and leave by os._exit, sys.exit, an exception, or fork again."""

import os
import sys


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


def in_child(how):
    print(how, work(100), flush=True)
    if how == "os._exit":
        os._exit(3)
    if how == "sys.exit":
        sys.exit(4)
    if how == "raise":
        sys.stderr = open(os.devnull, "w")
        raise ValueError("in the child")
    if how == "grandchild":
        os._exit(fork("os._exit") + 10)


def exit_code(status):
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def fork(how):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        in_child(how)
    _, status = os.waitpid(pid, 0)
    return exit_code(status)


def generator():
    for i in range(3):
        pid = os.fork()
        if pid == 0:
            yield "child"
            os._exit(i)
        _, status = os.waitpid(pid, 0)
        yield exit_code(status)


sys.stdout.flush()
for how in ("os._exit", "sys.exit", "raise", "grandchild"):
    print("status", fork(how), work(10))
for value in generator():
    if value == "child":
        work(50)
    else:
        print("from generator", value)
