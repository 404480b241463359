"""A server in the manner of gunicorn: a parent that binds a socket and forks workers, which serve; a worker that dies is
replaced; SIGTERM ends them all. It prints its port, and each request is answered by the number of the worker."""

import os
import select
import signal
import socket
import sys

import kin

WORKERS = 3
stopping = False


def stop(signum, frame):
    global stopping
    stopping = True


def answer(connection):
    """Serves a request; the word die ends the worker without a word to anyone."""
    with connection:
        word = connection.recv(100).decode().strip()
        kin.call(5)
        connection.sendall(f"{os.getpid()}\n".encode())
    if word == "die":
        kin.leave()
        os.kill(os.getpid(), signal.SIGKILL)


def serve(listener):
    while not stopping:
        ready, _, _ = select.select([listener], [], [], 0.05)
        if not ready:
            continue
        try:
            answer(listener.accept()[0])
        except BlockingIOError:  # another worker was faster
            pass
    kin.leave()


def fork(listener):
    pid = os.fork()
    if pid == 0:
        try:
            serve(listener)
        finally:
            os._exit(0)
    return pid


def main():
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    workers = {fork(listener) for _ in range(WORKERS)}
    print(listener.getsockname()[1], flush=True)
    replaced = 0
    while not stopping:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid:
            workers.remove(pid)
            workers.add(fork(listener))
            replaced += 1
        select.select([], [], [], 0.01)
    for pid in workers:
        os.kill(pid, signal.SIGTERM)
    for pid in workers:
        os.waitpid(pid, 0)
    kin.leave()
    print("replaced", replaced)
    sys.exit(3)


main()
