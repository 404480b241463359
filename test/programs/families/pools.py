"""Pools of processes: by fork, by spawn, with a server that forks."""

import concurrent.futures
import multiprocessing
import multiprocessing.util
import os
import sys

import kin

WORKERS, TASKS = 3, 30


def begin(method):
    if method == "forkserver":
        # Who imports kin only now does not know that it is a fork.
        kin.forked, kin.parent = True, os.getppid()
    multiprocessing.util.Finalize(None, kin.leave, exitpriority=100)


def task(n):
    kin.call(n)
    return n * n


def pool(method):
    context = multiprocessing.get_context(method)
    with context.Pool(WORKERS, begin, (method,)) as workers:
        found = workers.map(task, range(TASKS), chunksize=1)
        workers.close()
        workers.join()
    return sum(found)


def executor(method):
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(WORKERS, context, begin, (method,)) as workers:
        return sum(workers.map(task, range(TASKS)))


def single(method):
    context = multiprocessing.get_context(method)
    queue = context.SimpleQueue()
    process = context.Process(target=give, args=(method, queue))
    process.start()
    found = queue.get()
    process.join()
    return found, process.exitcode


def give(method, queue):
    begin(method)
    queue.put(task(40))


if __name__ == "__main__":
    for method in sys.argv[1:]:
        print(method, pool(method), executor(method), *single(method))
    kin.leave()
