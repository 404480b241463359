"""A second interpreter in the same process (3.14 and later): runs code, shares none, fails and ends."""

from concurrent import interpreters


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


print(work(10))
other = interpreters.create()
other.exec("print(sum(i for i in range(20)), flush=True)")
print(other.call(work, 30))
try:
    other.exec("1 / 0")
except interpreters.ExecutionFailed as err:
    print(err.excinfo.type.__name__)
other.close()
print(work(40), len(interpreters.list_all()))
