"""What each process of a family knows of itself, for a log that the trace is compared with.

A process leaves one line: its number, that of the process that started it, whether it is a fork without an exec, and how
often it has called work; and what its environment is. A fork leaves one more line at its begin, because it may turn into
another program without a word.
"""

import hashlib
import json
import os

calls = 0
forked = False
parent = int(os.environ.get("FAMILY_PARENT", "0"))
os.environ["FAMILY_PARENT"] = str(os.getpid())


def work(n):
    global calls
    calls += 1
    return n


def call(times):
    for n in range(times):
        work(n)


def in_child():
    global calls, forked, parent
    calls, forked, parent = 0, True, int(os.environ["FAMILY_PARENT"])
    os.environ["FAMILY_PARENT"] = str(os.getpid())
    say("forked")


os.register_at_fork(after_in_child=in_child)


def environment():
    """What is in the environment, without what is of this family."""
    ours = sorted(item for item in os.environ.items() if not item[0].startswith("FAMILY_"))
    return f"{len(ours)} variables {hashlib.sha256(repr(ours).encode()).hexdigest()[:12]}"


def say(what):
    own = {"what": what, "pid": os.getpid(), "parent": parent, "forked": forked, "calls": calls, "environment": environment()}
    log = os.open(os.environ["FAMILY_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.write(log, json.dumps(own).encode() + b"\n")
    os.close(log)


def leave():
    """Writes the line; the last that a process does."""
    say("left")
