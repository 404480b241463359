"""Threads: many short ones, a pool, locals, locks, queues, timers, names and identities."""

import concurrent.futures
import queue
import threading

lock = threading.Lock()
local = threading.local()
total = 0


def short(n):
    global total
    for i in range(n):
        with lock:
            total += i


def compute(n):
    result = 1
    for i in range(1, n):
        result = result * i % 1_000_003
    return result


def uses_local(n, results):
    local.value = n
    for _ in range(10):
        local.value += 1
    results[n] = local.value


def numbers(n):
    for i in range(n):
        yield i


def shared(gen, seen):
    """One generator taken up by several threads, one after another."""
    seen.append(next(gen))


class Worker(threading.Thread):
    def __init__(self, inbox, outbox):
        super().__init__(name="worker")
        self.inbox = inbox
        self.outbox = outbox

    def run(self):
        while (item := self.inbox.get()) is not None:
            self.outbox.put(item * item)


def run_all(target, arguments):
    threads = [threading.Thread(target=target, args=a) for a in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


for _ in range(10):
    run_all(short, [(20,)] * 20)
print(total)

results = {}
run_all(uses_local, [(n, results) for n in range(8)])
print(sorted(results.items()), hasattr(local, "value"))

gen, seen = numbers(5), []
for _ in range(5):
    run_all(shared, [(gen, seen)])
print(seen)

with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(compute, range(100))))
    futures = [pool.submit(compute, n) for n in range(20)]
    print(sum(f.result() for f in concurrent.futures.as_completed(futures)))

inbox, outbox = queue.Queue(), queue.Queue()
workers = [Worker(inbox, outbox) for _ in range(3)]
for worker in workers:
    worker.start()
for i in range(30):
    inbox.put(i)
for _ in workers:
    inbox.put(None)
for worker in workers:
    worker.join()
print(sum(outbox.get() for _ in range(outbox.qsize())))

done = threading.Event()
timer = threading.Timer(0.001, done.set)
timer.start()
done.wait()
timer.join()
print(threading.active_count(), threading.current_thread().name)
