"""multiprocessing with a fresh Python per worker, which imports this file again under another name."""

import multiprocessing


def square(n):
    total = 0
    for _ in range(n):
        total += n
    return total


def talk(pipe):
    for item in iter(pipe.recv, None):
        pipe.send(square(item))


def main():
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=talk, args=(theirs,))
    process.start()
    for n in (3, 12):
        ours.send(n)
        print(ours.recv())
    ours.send(None)
    process.join()
    print(process.exitcode)


if __name__ == "__main__":
    main()
else:
    square(2)
