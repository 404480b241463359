import util

def load(n):
    rows = []
    for i in range(n):
        rows.append(util.parse(i))
    return rows

def main():
    rows = load(2)
    return sum(x for x in rows)

main()
