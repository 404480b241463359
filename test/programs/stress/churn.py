"""Makes, runs and drops code objects, all of one text or each of its own.

    python churn.py COUNT same|distinct

Prints the sum of what they return, and the memory after a tenth of them and at the end.
"""
import json
import sys

import server

SOURCE = "def made{0}(n):\n    m = n + 1\n    return m\nresult = made{0}(1)\n"


def churn(count, name):
    total = 0
    for n in range(count):
        scope = {}
        exec(SOURCE.format(name(n)), scope)
        total += scope["result"]
    return total


def main():
    count = int(sys.argv[1])
    name = {"same": lambda n: "", "distinct": str}[sys.argv[2]]
    first = churn(count // 10, name)
    warm = server.memory()
    total = first + churn(count - count // 10, lambda n: name(n + count // 10))
    json.dump({"total": total, "warm": warm, "end": server.memory()}, sys.stdout)


if __name__ == "__main__":
    main()
