"""Garbage collection: gc callbacks, weakref callbacks, finalizers, resurrection, __del__ in cycles and on rebinding."""

import gc
import weakref

gc.disable()


class Node:
    def __init__(self, name):
        self.name = name
        self.other = self

    def __del__(self):
        log.append(f"del {self.name}")


class Phoenix:
    def __del__(self):
        rebirths.append(self)


def on_collect(phase, info):
    phases.append(phase)


def died(reference):
    log.append("weakref died")


def finalized(name):
    log.append(f"finalized {name}")


def scope():
    local = Node("local")
    local.other = None
    return local.name


log, phases, rebirths = [], [], []
gc.callbacks.append(on_collect)
for i in range(3):
    Node(f"cycle {i}")
gc.collect()
gc.callbacks.remove(on_collect)
print(sorted(log), phases)

log.clear()
node = Node("plain")
node.other = None
reference = weakref.ref(node, died)
weakref.finalize(node, finalized, "plain")
cache = weakref.WeakValueDictionary(key=node)
node = None
print(log, reference(), len(cache))

log.clear()
print(scope(), log)
Phoenix()
print(len(rebirths))
rebirths.clear()
print(len(rebirths))

log.clear()
method = weakref.WeakMethod((holder := Node("bound")).__del__)
holder.other = None
del holder
print(log, method())


def churn(n):
    for i in range(n):
        node = Node("n")
        node.other = None


log.clear()
churn(500)
print(len(log))
gc.enable()
