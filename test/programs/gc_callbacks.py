"""gc.callbacks: what it holds, callbacks that raise, change the list and go, and a module gc that is imported anew."""

import sys

before = "gc" in sys.modules

import gc
import weakref

log = []


def note(phase, info):
    log.append((phase, info["generation"], sorted(info)))


def fail(phase, info):
    raise ValueError(phase)


def once(phase, info):
    gc.callbacks.remove(once)
    log.append("once")


def more(phase, info):
    if phase == "start":
        gc.callbacks.append(note)
    else:
        gc.callbacks.pop()


def unraisable(raised):
    message = (raised.err_msg or "Exception ignored in").split(" <")[0]
    log.append((message, getattr(raised.object, "__name__", raised.object), repr(raised.exc_value)))


class Callback(object):
    def __call__(self, phase, info):
        log.append(phase)


def show(*generation):
    del log[:]
    gc.collect(*generation)
    print(log)


gc.disable()
sys.unraisablehook = unraisable
print(before, gc.callbacks, type(gc.callbacks), sys.getrefcount(gc.callbacks), len(gc.get_referrers(gc.callbacks)))
gc.collect()

gc.callbacks.extend([note, once, note])
show()
show(0)
gc.callbacks[:] = [note, fail, note]
if hasattr(sys, "__unraisablehook__"):
    show(1)
gc.callbacks[:] = [more, note]
show(2)
gc.callbacks[:] = ["no function"]
if hasattr(sys, "__unraisablehook__"):
    show()
gc.callbacks[:] = []
show()

first = sys.modules.pop("gc")
import gc

print(gc is first, gc.callbacks is first.callbacks, gc.callbacks)
gc.callbacks.append(note)
show(1)
first.callbacks.remove(note)

callback = Callback()
reference = weakref.ref(callback)
gc.callbacks.append(callback)
show()
gc.callbacks.remove(callback)
del callback
print(reference())
gc.callbacks = [note]  # the collector keeps the one that it has
show()
