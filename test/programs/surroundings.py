"""What a program can see of the place it runs in: argv, path, __main__, frames, hooks, threads, signals, descriptors."""

import os
import sys

print([os.path.basename(sys.argv[0]), *sys.argv[1:]], os.path.basename(sys.path[0]))
print(__name__, __package__, __spec__, os.path.basename(__file__), type(__loader__).__name__)
print(sorted(name for name in globals() if name.startswith("__")))
print(sys.modules["__main__"].__dict__ is globals(), sys._getframe().f_back)
print(sys.gettrace(), sys.getprofile(), sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__)
print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.stdout.fileno(), sys.stdout.encoding, sys.stdin.fileno())
print([type(finder).__name__ if not isinstance(finder, type) else finder.__name__ for finder in sys.meta_path], len(sys.path_hooks))
print(len(sys.path) == len(set(sys.path)), [entry for entry in sys.path if not os.path.isabs(entry)])

import threading

print(threading.active_count(), [t.name for t in threading.enumerate()])

import signal

handlers = [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGCHLD, signal.SIGPROF)]
print({h.name for h in handlers}, signal.getitimer(signal.ITIMER_REAL), signal.pthread_sigmask(signal.SIG_BLOCK, []))

import atexit
import gc

print(gc.isenabled(), gc.get_debug(), gc.callbacks, atexit._ncallbacks() if hasattr(atexit, "_ncallbacks") else None)
with open(os.devnull) as file:
    print("next descriptor", file.fileno())
print(os.path.realpath(os.getcwd()) == os.path.realpath(os.path.dirname(os.path.abspath(__file__))))
