"""faulthandler, from 3.6 on: tracebacks asked for, by a timeout and by a signal, and of a crash, which is the end."""

import faulthandler
import os
import re
import signal
import sys
import tempfile
import threading
import time

go_on = threading.Lock()


def waits():
    go_on.acquire()


def show(title, file):
    file.seek(0)
    text = file.read().decode()
    print("---", title)
    print(re.sub("0x[0-9a-f]+", "0x", text))
    file.seek(0)
    file.truncate()


def recurse(n, function):
    return recurse(n - 1, function) if n else function()


def generator(function):
    yield function()


def busy(file):
    """All in a line, until the traceback ends, for it is written while that runs."""
    begin = [faulthandler.dump_traceback_later]
    while begin and begin.pop()(0.05, file=file) or b"in <module>" not in os.pread(file.fileno(), 1 << 16, 0): continue


def in_turn(file):
    recurse(3, lambda: faulthandler.dump_traceback(file))
    show("asked for", file)
    recurse(150, lambda: faulthandler.dump_traceback(file, all_threads=False))
    show("deep", file)
    next(generator(lambda: faulthandler.dump_traceback(file)))
    show("in a generator", file)
    recurse(2, lambda: busy(file))
    faulthandler.cancel_dump_traceback_later()
    show("after a time", file)
    faulthandler.register(signal.SIGUSR1, file=file)
    for n in range(2):
        recurse(n, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    faulthandler.unregister(signal.SIGUSR1)
    show("at a signal", file)


def crash():
    faulthandler.enable()
    faulthandler._sigsegv()


def is_waiting(thread):
    frame = sys._current_frames().get(thread.ident)
    return frame and frame.f_code is waits.__code__ and frame.f_lineno > frame.f_code.co_firstlineno


go_on.acquire()
thread = threading.Thread(target=waits, name="waits")
thread.start()
while not is_waiting(thread):
    time.sleep(0.001)
with tempfile.TemporaryFile() as file:
    in_turn(file)
go_on.release()
thread.join()
sys.stdout.flush()
recurse(2, crash)
