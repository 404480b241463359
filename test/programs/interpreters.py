"""Several interpreters in one process: with locks of their own in threads, sharing one, nested, many after each other.

Prints how often each function was called in each interpreter: "calls NUMBER NAME N".
"""

import sys
import threading

try:
    import _interpreters as interpreters
except ImportError:  # CPython 3.12 and older
    import _xxsubinterpreters as interpreters

CODE = """
def counted(n):
    if n:
        return counted(n - 1)
    try:
        raise ValueError(n)
    except ValueError:
        return n

def numbers(n):
    for i in range(n):
        yield i

for _ in range({rounds}):
    counted(3)
    sum(numbers(5))
"""

NESTED = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

def around():
    inner = interpreters.create()
    interpreters.run_string(inner, {code!r})
    print("calls", int(inner), "counted", {calls})
    interpreters.destroy(inner)

around()
"""

output = threading.Lock()


def create(shared):
    if not shared:
        return interpreters.create()
    if hasattr(interpreters, "new_config"):
        return interpreters.create("legacy")
    return interpreters.create(isolated=False)


def run(rounds, shared=False):
    number = create(shared)
    failed = interpreters.run_string(number, CODE.format(rounds=rounds))
    assert not failed, failed
    with output:
        print("calls", int(number), "counted", 4 * rounds)
        print("calls", int(number), "numbers", rounds)
    interpreters.destroy(number)


def in_threads(shared):
    def work():
        for rounds in range(20, 24):
            run(rounds, shared)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("calls 0 in_threads.<locals>.work 4")


def nested():
    number = interpreters.create()
    failed = interpreters.run_string(number, NESTED.format(code=CODE.format(rounds=7), calls=28))
    assert not failed, failed
    sys.stdout.flush()
    print("calls", int(number), "around 1")
    interpreters.destroy(number)
    print("calls 0 nested 1")


def many():
    for n in range(40):
        run(1 + n % 3, n % 2)
    print("calls 0 many 1")


{"own": lambda: in_threads(False), "shared": lambda: in_threads(True), "nested": nested, "many": many}[sys.argv[1]]()
