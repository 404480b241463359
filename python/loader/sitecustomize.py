"""Starts the tracer's agent in a Python that `tracer run`, or a Python that is
traced already, has started.

Who starts it puts this file's directory in front of PYTHONPATH, so that site
imports it in place of the program's own sitecustomize. It undoes all that the
program could see of that, starts the agent, or writes down why it cannot, and
then imports the program's own sitecustomize from where it always was.

Any Python may come along, so this parses on 2.7 and on every 3, imports
nothing that is not loaded already, prints nothing and raises nothing of its own.
"""
import os
import sys


def _undo():
    """Restores sys.path and the environment.

    Returns the trace directory, the loader's, the agent, and the name of the
    process that started this one. The trace directory is None where the
    controller's variables are gone: in a sub-interpreter, which inherits the
    search path that the first one began with.
    """
    here = os.path.dirname(__file__)
    sys.path_importer_cache.pop(here, None)
    at = sys.path.index(here) if here in sys.path else -1
    if at >= 0:
        del sys.path[at]

    env = os.environ
    if 'TRACER_DIR' not in env:
        return None, here, None, None
    trace, agent = env.pop('TRACER_DIR'), env.pop('TRACER_AGENT', '')
    parent = env.pop('TRACER_PARENT', '')
    path = env.pop('TRACER_PYTHONPATH', None)
    if path is None:
        env.pop('PYTHONPATH', None)
    else:
        env['PYTHONPATH'] = path
        if not path and sys.version_info[0] == 2 and at >= 0:
            # Python 2 takes a PYTHONPATH that is set but empty for the
            # current directory; Python 3 takes it for none.
            sys.path.insert(at, os.getcwd())
            sys.path_importer_cache[''] = None
    return trace, here, agent, parent


def _unfit():
    """Returns why this interpreter cannot be traced, or None."""
    version = '%d.%d.%d' % tuple(sys.version_info[:3])
    pypy = '__pypy__' in sys.builtin_module_names
    name = getattr(getattr(sys, 'implementation', None), 'name', pypy and 'pypy' or 'cpython')
    if name != 'cpython':
        names = {'pypy': 'PyPy', 'graalpy': 'GraalPy'}
        return '%s %s cannot be traced (CPython 2.7 and 3.6 to 3.15 can)' % (names.get(name, name), version)
    minor = tuple(sys.version_info[:2])
    if minor != (2, 7) and not (3, 6) <= minor <= (3, 15):
        return 'CPython %s cannot be traced (2.7 and 3.6 to 3.15 can)' % version
    return None


def _load(agent):
    """Returns the agent as a module that is nowhere to be found."""
    if sys.version_info[0] == 2:
        known = 'imp' in sys.modules
        import imp
        try:
            return imp.load_dynamic('tracer_agent', agent)
        finally:
            sys.modules.pop('tracer_agent', None)
            if not known:
                del sys.modules['imp']
    import _imp
    spec = sys.modules['_frozen_importlib'].ModuleSpec('tracer_agent', None, origin=agent)
    module = _imp.create_dynamic(spec)
    _imp.exec_dynamic(module)
    return module


def _collector():
    """Returns the module gc, and its names if nobody else has it.

    They are to be cleared then: it and its functions keep each other alive, and
    would hold what the program may count the references of. The import statement
    would leave frames behind, in which the program's would lie.
    """
    if sys.version_info < (3, 10):
        return None, {}  # sub-interpreters would have one gc.callbacks with the main one
    if 'gc' in sys.modules:
        return sys.modules['gc'], {}
    import _imp
    gc = _imp.create_builtin(sys.modules['_frozen_importlib'].ModuleSpec('gc', None, origin='built-in'))
    _imp.exec_builtin(gc)
    sys.modules.pop('gc', None)
    return gc, vars(gc)


def _attach(trace, loader, agent, parent):
    """Starts the agent; returns None, or why it does not record.

    No Python function may run between start and the end of this file: it would
    be recorded as one of the program's.
    """
    try:
        module = _load(agent)
        stdlib = os.path.dirname(getattr(os, '__file__', ''))
        encode = getattr(os, 'fsencode', bytes)
        given = [encode(text) for text in (trace, stdlib, loader, agent, parent)]
        known = set(sys.modules)
        if sys.version_info[0] == 2:
            import thread  # noqa: F401: the agent looks at what it has, and Python 3 always has its like
        gc, names = _collector()
    except Exception as err:
        return 'the agent cannot be loaded: %s' % err
    reason = module.start(*given)
    if gc and not reason:
        module.watch(gc)
    names.clear()
    if 'thread' not in known:
        sys.modules.pop('thread', None)
    return reason


def _join(loader):
    """Has the agent record a sub-interpreter, if it records this process.

    It lies beside the loader, as internal/launch has it. What was said of start
    holds for join.
    """
    cpu = {'x86_64': 'amd64', 'aarch64': 'arm64'}.get(os.uname()[4])
    agent = os.path.join(os.path.dirname(loader), 'agent-%s-%s.so' % (sys.platform, cpu))
    if _unfit() or not os.path.exists(agent):
        return
    module = _load(agent)
    gc, names = _collector()
    reason = module.join()
    module.watch(gc)
    names.clear()
    if reason:
        _refuse(os.fsdecode(module.trace()), 'a sub-interpreter: ' + reason)


def _refuse(trace, reason):
    """Leaves the reason where the controller looks for it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    flags |= getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_CLOEXEC', 0)
    line = '%d\t%s\n' % (os.getpid(), ' '.join(reason.split()))
    if not isinstance(line, bytes):  # in Python 2 it is, and encoding would load a codec
        line = line.encode('utf-8', 'replace')
    fd = os.open(os.path.join(trace, 'refused'), flags, 0o600)
    try:
        os.write(fd, line)
    finally:
        os.close(fd)


def _begin():
    try:
        given = _undo()
        if given[0] is None:
            _join(given[1])
            return
        reason = _unfit() or _attach(*given)
        if reason:
            _refuse(given[0], reason)
    except Exception:
        pass  # whatever it is, the program goes on as if it were alone


_begin()

# In place of this module, the program's own. Where there is none, site gets the
# ImportError that it would have got without us. The name keeps this module
# alive: Python 2 would clear its globals while they are in use.
_self = sys.modules.pop('sitecustomize', None)
import sitecustomize  # noqa: E402
