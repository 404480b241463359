"""The ways to fork: one after another, out of a thread, with a terminal, in depth, and how such a child may end."""

import os
import pty
import sys
import threading
import warnings

import kin


def child(ending):
    """Ends a forked child in one of the ways."""
    kin.leave()
    if ending == "raise":
        sys.stderr = open(os.devnull, "w")
        raise ValueError("in the child")
    if ending == "exit":
        sys.exit(5)
    os._exit(6)


def status(pid):
    status = os.waitpid(pid, 0)[1]
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def fork(ending, times=100):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        kin.call(times)
        child(ending)
    return status(pid)


def in_thread(found):
    kin.call(10)
    found.append(fork("_exit", 300))
    kin.call(10)


def with_terminal():
    pid, terminal = os.forkpty()
    if pid == 0:
        kin.call(70)
        print("in the terminal", os.isatty(1), flush=True)
        child("_exit")
    text = b""
    try:
        while more := os.read(terminal, 1000):
            text += more
    except OSError:  # all of the terminal's users have gone
        pass
    found = status(pid)
    os.close(terminal)
    return text.strip().decode(), found


def in_depth(left):
    """Each forks the next; the last returns first."""
    kin.call(left)
    if left == 0:
        kin.leave()
        os._exit(0)
    pid = os.fork()
    if pid == 0:
        in_depth(left - 1)
    below = status(pid)
    kin.call(left)
    kin.leave()
    os._exit(below + 1)


def out_of_frames(depth):
    """A fork below open frames, which the child returns through."""
    if depth == 0:
        return os.fork()
    pid = out_of_frames(depth - 1)
    kin.call(1)
    return pid


def silent():
    """A child that records nothing of its own before it is gone."""
    pid = os.fork()
    if pid == 0:
        kin.leave()
        os._exit(0)
    return status(pid)


def main():
    warnings.simplefilter("ignore", DeprecationWarning)  # of forks while there are threads; they have numbers in them
    kin.call(1000)
    print("endings", fork("raise"), fork("exit"), fork("_exit"))
    print("loop", [fork("_exit", n) for n in range(20)])
    found = []
    thread = threading.Thread(target=in_thread, args=(found,))
    thread.start()
    thread.join()
    print("thread", found)
    print("terminal", *with_terminal())
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        in_depth(6)
    print("depth", status(pid))
    pid = out_of_frames(12)
    if pid == 0:
        child("_exit")
    print("frames", status(pid), "silent", silent())
    kin.leave()


main()
