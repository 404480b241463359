"""A server-like program: threads take requests from a queue for some seconds.

    python server.py SECONDS THREADS

It prints the requests it has served, the wrong answers, and the memory of its process
after a quarter of the time, when as many as let it grow are served, and at the end, as
JSON.
"""
import gc
import json
import queue
import sys
import threading
import time

import handlers


def memory():
    """The kernel's counters of this process, in KiB."""
    gc.collect()
    counters = {}
    with open("/proc/self/status") as status:
        for line in status:
            key, _, value = line.partition(":")
            if key in ("VmRSS", "RssAnon", "RssFile", "RssShmem", "VmSize"):
                counters[key] = int(value.split()[0])
    return counters


WARM = 2500  # requests after which memory is what it stays


class Server(object):
    def __init__(self, threads):
        self.requests = queue.Queue(maxsize=2 * threads)
        self.wrong = []
        self.served = [0] * threads
        self.threads = [threading.Thread(target=self.work, args=(n,)) for n in range(threads)]

    def work(self, number):
        while True:
            request = self.requests.get()
            if request is None:
                return
            handler, expected = request
            got = handler()
            if expected is not None and got != expected:
                self.wrong.append((handler.__name__, got))
            self.served[number] += 1

    def serve(self, until):
        while time.monotonic() < until:
            for request in handlers.HANDLERS:
                self.requests.put(request)

    def run(self, seconds):
        for t in self.threads:
            t.start()
        self.serve(time.monotonic() + seconds / 4)
        while sum(self.served) < WARM:  # the machine has other work
            self.serve(time.monotonic() + seconds / 20)
        warm = memory()
        self.serve(time.monotonic() + seconds * 3 / 4)
        end = memory()
        for _ in self.threads:
            self.requests.put(None)
        for t in self.threads:
            t.join()
        return {"served": sum(self.served), "wrong": self.wrong, "warm": warm, "end": end}


def main():
    seconds, threads = float(sys.argv[1]), int(sys.argv[2])
    handlers.quiet()
    sys.setrecursionlimit(600)
    threading.stack_size(16 << 20)
    json.dump(Server(threads).run(seconds), sys.stdout)


if __name__ == "__main__":
    main()
