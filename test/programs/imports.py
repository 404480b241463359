"""Imports: packages, relative ones, lazy, failing, reloaded, removed, custom finders, runpy."""

import importlib
import importlib.abc
import importlib.util
import os
import runpy
import sys

import pkg
from pkg import first as renamed
from pkg.sub import deep

HERE = os.path.dirname(os.path.abspath(__file__))

print(pkg.NAME, renamed.double(4), deep.path(), pkg.lazy_value)
try:
    import pkg.broken
except ZeroDivisionError as err:
    print("broken", err, "pkg.broken" in sys.modules)
try:
    from pkg import no_such_name
except ImportError as err:
    print(err.name, "no_such_name" in str(err))

renamed.value = 5
again = importlib.reload(renamed)
print(again is renamed, hasattr(renamed, "value"), renamed.double(3))
del sys.modules["pkg.first"]
fresh = importlib.import_module("pkg.first")
print(fresh is renamed, fresh.double(2))

spec = importlib.util.spec_from_file_location("by.path", os.path.join(HERE, "pkg", "first.py"))
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.__name__, module.double(1))


class Finder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Makes modules out of nothing."""

    def find_spec(self, fullname, path, target=None):
        if fullname.startswith("virtual"):
            return importlib.util.spec_from_loader(fullname, self, is_package=fullname == "virtual")

    def get_source(self, fullname):
        return f"def name():\n    return __name__\n\nvalue = {len(fullname)}\n"


sys.meta_path.append(Finder())
import virtual.module

print(virtual.module.name(), virtual.value, virtual.module.value)

result = runpy.run_module("pkg.sub.deep", run_name="ran_as_module")
print(result["__name__"], result["path"]())
result = runpy.run_path(os.path.join(HERE, "pkg", "first.py"), run_name="ran_as_path")
print(result["__name__"], result["double"](6))
sys.argv[1:] = ["from", "runpy"]
runpy.run_module("pkg", run_name="__main__", alter_sys=True)

if __name__ == "__main__":
    print("main", renamed.__name__)
