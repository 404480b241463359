"""Child processes: another program, Python itself, pipes, a failing one, one that is not there, popen and system."""

import os
import subprocess
import sys

CHILD = """
import sys
def work(n):
    return sum(i for i in range(n))
print(sys.argv[1:], work(10), sys.stdin.read())
sys.exit(6)
"""


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, **options)
    return result.returncode, result.stdout, result.stderr


print(run("echo", "hello"))
print(run(sys.executable, "-c", CHILD, "a", "b", input="standard input"))
print(run("sh", "-c", "echo out; echo err >&2; exit 5"))
print(run(sys.executable, "-S", "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")[0])
print(run(sys.executable, "-c", "print(1)", env={"PATH": os.defpath}))
try:
    run("no-such-program-anywhere")
except FileNotFoundError as err:
    print(type(err).__name__, err.filename)
try:
    subprocess.run(["false"], check=True)
except subprocess.CalledProcessError as err:
    print(err)
with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as cat:
    for i in range(3):
        print(i, file=cat.stdin)
    cat.stdin.close()
    print(cat.stdout.read().split())
sys.stdout.flush()
print(os.WEXITSTATUS(os.system("exit 2")), os.popen("echo popen").read().strip())
