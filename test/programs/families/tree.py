"""A hundred forked and fifty started processes, several levels deep, all at work at the same time."""

import os
import subprocess
import sys

import kin

# Of a process of each level: the forked children and the started ones.
LEVELS = [(6, 2), (3, 2), (2, 1), (0, 0)]


def live(level, index):
    """Has children, works with them, and waits for them; returns how many descendants have failed."""
    forks, starts = LEVELS[level]
    started = [subprocess.Popen([sys.executable, __file__, str(level + 1), str(i)]) for i in range(starts)]
    forked = []
    for i in range(forks):
        pid = os.fork()
        if pid == 0:
            os._exit(live(level + 1, i))
        forked.append(pid)
    kin.call(2000 + 100 * level + index)
    failed = sum(os.waitpid(pid, 0)[1] != 0 for pid in forked)
    failed += sum(child.wait() != 0 for child in started)
    kin.leave()
    return min(failed, 1)


if __name__ == "__main__":
    level, index = map(int, sys.argv[1:] or ("0", "0"))
    status = live(level, index)
    if level == 0:
        print("failed", status)
    sys.exit(status)
