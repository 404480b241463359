"""Reads standard input, line by line and all of it, and sums words."""

import sys


def parse(line):
    word, _, number = line.partition(" ")
    return word, int(number)


def fold(rows):
    totals = {}
    for word, number in rows:
        totals[word] = totals.get(word, 0) + number
    return totals


header = input()
rows = []
for line in sys.stdin:
    line = line.strip()
    if not line:
        break
    rows.append(parse(line))
rest = sys.stdin.read()
print(header, fold(rows), len(rest.splitlines()))
try:
    input()
except EOFError:
    print("end of file")
