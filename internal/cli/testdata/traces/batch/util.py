def parse(i):
    return slow(i) + 1

def slow(i):
    return i ** 9
