"""Starts a reference counter before the program's first line.

reference.py puts this directory on PYTHONPATH, so that the interpreter's own
`site` module imports this file and then runs the program natively: the same
__main__, code objects, tracebacks, recursion depth and exit as in a direct run.
What reference.py added to the environment and to sys.path is taken back here.

Three rules keep the counter from disturbing what it counts:

* Counts and names go to a shared mapping of a file, so that they survive
  os._exit, a signal and the interpreter's own end, with nothing patched.
* The callbacks are closures over everything they need, because module globals
  are gone while the interpreter finalizes, and finalizers are counted too.
* Nothing is imported that imports Python code of the standard library in turn:
  that would be missing in the counts of a program that imports it later.
"""

import sys


def _start():
    import os

    here = os.path.dirname(__file__)
    sys.path[:] = [entry for entry in sys.path if entry != here]
    settings = os.environ.pop("TRACER_REFERENCE", None)
    if settings is None:  # a child process, or a subinterpreter
        return
    tool, raw, only, skip, *path = settings.split("\n")
    if path:
        os.environ["PYTHONPATH"] = path[0]
    else:
        os.environ.pop("PYTHONPATH", None)
    _import_next_sitecustomize()

    store = _open_store(raw)
    wanted = _make_filter(here, only, skip)
    start = {"monitoring": _start_monitoring, "settrace": _start_settrace, "trace": _start_trace}[tool]
    stop = start(*store, wanted)
    os.register_at_fork(after_in_child=stop)


def _import_next_sitecustomize():
    """Run the sitecustomize that this one has hidden."""
    own = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize  # noqa: F401
    except ImportError as err:
        if err.name != "sitecustomize":
            raise
        sys.modules["sitecustomize"] = own


def _open_store(path):
    """Map the file that reference.py made; return the counters, `index` and `add`.

    Layout: a 64-bit length of the names, the names (one tuple in Python's
    notation per line), and from the middle of the file on 64-bit counters.
    """
    import _thread
    import mmap

    with open(path, "r+b") as file:
        mapping = mmap.mmap(file.fileno(), 0)
    words = memoryview(mapping).cast("Q")
    first = len(words) // 2
    words[0] = 8
    indexes = {}
    lock = _thread.allocate_lock()

    def index(*key):
        """The index in words of the counter with this name."""
        with lock:
            i = indexes.get(key)
            if i is None:
                i = first + len(indexes)
                name = ascii(key).encode() + b"\n"
                begin = words[0]
                mapping[begin : begin + len(name)] = name
                words[0] = begin + len(name)
                indexes[key] = i
            return i

    def add(i):
        words[i] += 1

    def add_alone(i):
        with lock:
            words[i] += 1

    parallel = hasattr(sys, "_is_gil_enabled") and not sys._is_gil_enabled()
    return words, index, add_alone if parallel else add


def _make_filter(here, only, skip):
    """Return wanted(module, filename, globals): what README.md calls the module filter."""
    import os
    import site

    def parse(text):
        return [(p.removesuffix("*"), p.endswith("*")) for p in text.split(",") if p]

    def match(prefixes, module):
        return any(
            module == name or module.startswith(name if is_open else name + ".")
            for name, is_open in prefixes
        )

    prefixes, skipped = parse(only), parse(skip)
    library = os.path.dirname(os.__file__)
    folders = [library, os.path.realpath(library), *site.getsitepackages()]
    folders += [p for p in sys.path if p.endswith(("-dynload", ".zip"))]
    folders = tuple({f + os.sep for f in folders})
    installed = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
    own = here + os.sep

    def wanted(module, filename, globals, match=match, any=any, str=str, isinstance=isinstance, get=dict.get):
        if filename.startswith(own):
            return False
        if match(skipped, module):
            return False
        if prefixes:
            return match(prefixes, module)
        if filename.startswith("<frozen "):
            return False
        if module == "__main__":
            return True
        origin = get(globals, "__file__")
        if filename.startswith("<") and filename.endswith(">") and isinstance(origin, str):
            filename = origin  # made at run time, by the module whose globals it has
        return not filename.startswith(folders) and not any(f in filename for f in installed)

    return wanted


def _module_name(frame, get=dict.get, isinstance=isinstance, str=str):
    name = get(frame.f_globals, "__name__")
    return name if isinstance(name, str) else ""


def _start_monitoring(words, index, add, wanted):
    """Count with sys.monitoring: a global PY_START decides, local events count."""
    monitoring = sys.monitoring
    events = monitoring.events
    disable = monitoring.DISABLE
    getframe = sys._getframe
    module_name = _module_name
    set_local_events = monitoring.set_local_events
    by_code = events.LINE | events.PY_RETURN | events.PY_YIELD | events.PY_RESUME
    tool = next(i for i in (4, 3, 2, 1, 0, 5) if monitoring.get_tool(i) is None)
    monitoring.use_tool_id(tool, "reference")

    # By id: code objects that are equal may differ in their file. The entry
    # holds the code object, so that its id stays its own.
    known = {}

    def admit(code, frame, id=id):
        if frame.f_code is not code:
            add(index("problem", "", "", "frame is not the code's", 0))
        module = module_name(frame)
        if not wanted(module, code.co_filename, frame.f_globals):
            return None
        where = module, code.co_filename, code.co_qualname
        # First: another thread that finds the entry goes on, and is to be counted.
        set_local_events(tool, code, by_code)
        entry = known[id(code)] = (code, where, {}, {})
        return entry

    def counting(kind, unwanted, id=id):
        """A callback that counts events of one kind by code object."""

        def callback(code, *_):
            entry = known.get(id(code))
            if entry is None:
                entry = admit(code, getframe(1))
                if entry is None:
                    return unwanted
            indexes = entry[2]
            i = indexes.get(kind)
            if i is None:
                i = indexes[kind] = index(kind, *entry[1], code.co_firstlineno)
            add(i)

        return callback

    def line(code, number, id=id):
        entry = known[id(code)]
        indexes = entry[3]
        i = indexes.get(number)
        if i is None:
            i = indexes[number] = index("hits", *entry[1], number)
        add(i)

    callbacks = {
        events.PY_START: counting("calls", disable),
        events.PY_RETURN: counting("returns", disable),
        events.PY_YIELD: counting("yields", disable),
        events.PY_RESUME: counting("resumes", disable),
        # These are global on every version and must not be disabled before 3.15.
        events.PY_THROW: counting("throws", None),
        events.PY_UNWIND: counting("unwinds", None),
        events.LINE: line,
    }
    for event, callback in callbacks.items():
        monitoring.register_callback(tool, event, callback)
    monitoring.set_events(tool, events.PY_START | events.PY_THROW | events.PY_UNWIND)

    def stop():
        monitoring.set_events(tool, 0)
        for event in callbacks:
            monitoring.register_callback(tool, event, None)

    return stop


def _loops_on_one_line():
    """Return lines(code): those on which code jumps back to the line's own begin.

    sys.settrace tells such a line again on each turn, sys.monitoring once.
    """
    import opcode

    extended = opcode.EXTENDED_ARG
    back = {number for name, number in opcode.opmap.items() if name.startswith("JUMP_BACKWARD")}
    caches = opcode._inline_cache_entries
    if hasattr(caches, "items"):  # by name since 3.13, by number before
        caches = {opcode.opmap[name]: count for name, count in caches.items() if name in opcode.opmap}
    else:
        caches = dict(enumerate(caches))

    def lines(code, range=range, len=len, set=set):
        text = code.co_code
        line_at = {}
        for begin, end, line in code.co_lines():
            for at in range(begin, end, 2):
                line_at[at] = line
        found = set()
        argument = 0
        at = 0
        while at < len(text):
            operation = text[at]
            argument = argument << 8 | text[at + 1]
            following = at + 2 + 2 * caches.get(operation, 0)
            if operation in back:
                line = line_at.get(at)
                if line is not None and line_at.get(following - 2 * argument) == line:
                    found.add(line)
            if operation != extended:
                argument = 0
            at = following
        return found

    return lines


def _start_settrace(words, index, add, wanted):
    """Count with sys.settrace, and threading.settrace once it is there.

    'call' also tells that a generator goes on; the instruction at which the
    frame stands tells the two apart. 'return' is a return, a yield or an unwind.
    """
    from opcode import opmap

    resume = opmap["RESUME"]
    loops_on_one_line = _loops_on_one_line()
    module_name = _module_name
    known = {}
    begins = {}  # by code and instruction: whether it is where a call begins

    def admit(code, frame, id=id):
        module = module_name(frame)
        if not wanted(module, code.co_filename, frame.f_globals):
            return None
        where = module, code.co_filename, code.co_qualname
        entry = known[id(code)] = (code, where, {}, {})
        for line in loops_on_one_line(code):
            words[index("repeats", *where, line)] = 1
        return entry

    def begins_call(code, at, id=id):
        key = id(code), at
        known_answer = begins.get(key)
        if known_answer is None:
            text = code.co_code
            known_answer = begins[key] = at >= 0 and text[at] == resume and text[at + 1] & 3 == 0
        return known_answer

    def count(entry, kind):
        indexes = entry[2]
        i = indexes.get(kind)
        if i is None:
            i = indexes[kind] = index(kind, *entry[1], entry[0].co_firstlineno)
        add(i)

    def on_call(frame, event, arg, id=id):
        code = frame.f_code
        entry = known.get(id(code))
        if entry is None:
            entry = admit(code, frame)
            if entry is None:
                if code.co_name == "<module>" and module_name(frame) == "threading":
                    return on_threading
                return None
        if event == "call":
            count(entry, "entries")
            if begins_call(code, frame.f_lasti):
                count(entry, "calls")
        return on_event

    def on_event(frame, event, arg, id=id):
        entry = known[id(frame.f_code)]
        if event == "line":
            number = frame.f_lineno
            indexes = entry[3]
            i = indexes.get(number)
            if i is None:
                i = indexes[number] = index("hits", *entry[1], number)
            add(i)
        elif event == "return":
            count(entry, "exits")
        return on_event

    def on_threading(frame, event, arg):
        """Follow the module threading to its end, then have it trace its threads."""
        if event == "return":
            frame.f_globals["settrace"](on_call)
        return on_threading

    settrace = sys.settrace
    if "threading" in sys.modules:
        sys.modules["threading"].settrace(on_call)
    settrace(on_call)
    return lambda: settrace(None)


def _start_trace(words, index, add, wanted):
    """Count with the standard trace module: lines by file, of modules that have one."""
    import atexit
    import threading
    import trace

    class Counts(dict):
        """The dictionary in which trace counts, by (file, line).

        trace reads, adds and stores, between which another thread may count;
        so each store counts one up, whatever trace has computed.
        """

        def __setitem__(self, key, value):
            add(index("hits", "", key[0], "", key[1]))

    tracer = trace.Trace(count=1, trace=0)
    tracer.counts = Counts()
    follow = tracer.globaltrace
    loops_on_one_line = _loops_on_one_line()
    module_name = _module_name

    def on_call(frame, event, arg):
        code = frame.f_code
        if wanted(module_name(frame), code.co_filename, frame.f_globals):
            for line in loops_on_one_line(code):
                words[index("repeats", "", code.co_filename, "", line)] = 1
            return follow(frame, event, arg)

    # trace needs its module's globals, which finalization takes away.
    atexit.register(sys.settrace, None)
    threading.settrace(on_call)
    sys.settrace(on_call)
    return lambda: sys.settrace(None)


_start()
