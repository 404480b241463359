"""The ways to start another Python: subprocess, the shell, posix_spawn, exec."""

import asyncio
import os
import shlex
import subprocess
import sys

import kin

PYTHON = sys.executable
CODE = "import sys, kin; kin.call(int(sys.argv[1])); kin.leave(); print('started', sys.argv[1:], len(sys.path))"


def words(*arguments):
    return [PYTHON, "-c", CODE, *arguments]


def before():
    """Runs in the child between the fork and the exec: a process that turns into another."""
    kin.call(3)
    kin.leave()


def by_subprocess():
    run = lambda command, **options: subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, **options).stdout
    print(run(words("11", "direct")), end="")
    print(run([PYTHON, "-m", "started", "12", "module"]), end="")
    print(run([PYTHON, "started.py", "13", "script"]), end="")
    print(run(shlex.join(words("14", "shell")), shell=True), end="")
    print(run(words("15", "environment"), env={**os.environ, "ONE": "more"}), end="")
    print(run(words("16", "no descriptors"), close_fds=False), end="")
    print(run(words("17", "preexec"), preexec_fn=before), end="")
    print(run(words("18", "session"), start_new_session=True), end="")


def by_shell():
    sys.stdout.flush()
    print("system", os.system(shlex.join(words("21", "system"))))
    print(os.popen("true && " + shlex.join(words("22", "popen"))).read(), end="")


def by_os():
    sys.stdout.flush()
    pid = os.posix_spawn(PYTHON, words("31", "posix_spawn"), os.environ)
    print("posix_spawn", os.waitpid(pid, 0)[1], flush=True)
    print("spawnv", os.spawnv(os.P_WAIT, PYTHON, words("32", "spawnv")), flush=True)
    print("spawnvp", os.spawnvp(os.P_WAIT, PYTHON, words("33", "spawnvp")), flush=True)


async def by_asyncio():
    pipe = asyncio.subprocess.PIPE
    started = [await asyncio.create_subprocess_exec(*words(str(40 + i), "asyncio"), stdout=pipe) for i in range(3)]
    for process in started:
        print((await process.communicate())[0].decode(), end="")


def by_exec():
    """Becomes another program, which becomes another once more."""
    sys.stdout.flush()
    kin.leave()
    os.execv(PYTHON, [PYTHON, __file__, "again"])


if __name__ == "__main__":
    kin.call(7)
    if sys.argv[1:] == ["again"]:
        kin.leave()
        os.execve(PYTHON, words("51", "exec"), os.environ)
    by_subprocess()
    by_shell()
    by_os()
    asyncio.run(by_asyncio())
    by_exec()
