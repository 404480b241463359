package python_test

// The ways in which CPython starts programs.
var startingFamilies = []family{
	{name: "all that every version has", children: 7, bare: true, program: anyVersion},
	{name: "subprocess.run", children: 1, program: `subprocess.run(CHILD + ["a b"])`},
	{name: "subprocess.Popen with a shell", children: 2, program: `
subprocess.Popen(" ".join(CHILD), shell=True).wait()
subprocess.run(" ".join(CHILD), shell=True, env={"A": "1"})`},
	{name: "subprocess by posix_spawn", children: 1, program: `
subprocess.run([sys.executable, "-c", "print(1)"], close_fds=False)`},
	{name: "subprocess after a fork", children: 1, program: `
import _posixsubprocess
subprocess._USE_VFORK = subprocess._USE_POSIX_SPAWN = False
subprocess.run(CHILD)`},
	{name: "asyncio", children: 1, program: `
import asyncio
async def main():
    process = await asyncio.create_subprocess_exec(*CHILD)
    print(await process.wait())
asyncio.run(main())`},
	{name: "os.system", children: 2, program: `
print(os.system(" ".join(CHILD)))
print(os.system(command=" ".join(CHILD) + "; exit 3"))`},
	{name: "os.popen", children: 1, program: `print(os.popen(" ".join(CHILD)).read())`},
	{name: "os.exec", children: 11, program: `
C = CHILD
forked(os.execv, C[0], C)
forked(os.execve, C[0], C, {"A": "1"})
forked(os.execve, path=C[0], argv=C, env={"A": "1"})
forked(os.execve, C[0], env={}, argv=tuple(C))
forked(os.execvp, C[0], C)
forked(os.execvpe, C[0], C, dict(os.environ, A="1"))
forked(os.execl, C[0], *C)
forked(os.execle, C[0], *C, os.environ)
forked(os.execlp, C[0], *C)
forked(os.execlpe, C[0], *C, {b"A": b"1"})
fd = os.open(C[0], os.O_RDONLY)
forked(os.execve, fd, C, os.environ)`},
	{name: "os.execvp along the path", children: 1, program: `
os.environ["PATH"] = "/nonexistent:" + here + ":" + os.path.dirname(sys.executable)
forked(os.execlp, os.path.basename(sys.executable), *CHILD)`},
	{name: "os.posix_spawn", children: 4, program: `
wait(os.posix_spawn(CHILD[0], CHILD, os.environ))
wait(os.posix_spawnp(CHILD[0], CHILD, {}))
wait(os.posix_spawn(CHILD[0], CHILD, {"A": "1"}, file_actions=[(os.POSIX_SPAWN_CLOSE, 0)], setsigdef=[2]))
wait(os.posix_spawnp(CHILD[0], CHILD, {b"A": "1"}, setpgroup=0, resetids=True))`},
	{name: "os.spawn", children: 4, program: `
print(os.spawnv(os.P_WAIT, CHILD[0], CHILD))
print(os.spawnve(os.P_WAIT, CHILD[0], CHILD, {"A": "1"}))
print(os.spawnlp(os.P_WAIT, CHILD[0], *CHILD))
wait(os.spawnvpe(os.P_NOWAIT, CHILD[0], CHILD, os.environ))`},
	{name: "grandchildren", children: 3, program: `
again = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])"]
subprocess.run(again + again + CHILD)`},
	{name: "grandchildren through a shell", children: 2, program: `
again = "import os, sys; print(os.system(' '.join(sys.argv[1:])))"
subprocess.run([sys.executable, "-c", again] + CHILD)`},
	{name: "the program again", children: 2, program: `
sys.stdout.flush()
if len(sys.argv) < 3: os.execv(sys.executable, [sys.executable] + sys.argv + ["again"])`},
	{name: "multiprocessing spawn", children: 2, more: true, program: `
import multiprocessing
def work(n): return n * n, sorted(os.environ.items()), sys.path
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(2) as pool: print(pool.map(work, range(4)))`},
	{name: "multiprocessing forkserver", children: 1, more: true, program: `
import multiprocessing
def work(n): return n * n, sorted(os.environ.items())
if __name__ == "__main__":
    with multiprocessing.get_context("forkserver").Pool(2) as pool: print(pool.map(work, range(4)))`},
	{name: "concurrent.futures", children: 2, more: true, program: `
import concurrent.futures, multiprocessing
def work(n): return n * n, sorted(os.environ.items())
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool: print(list(pool.map(work, range(4))))`},
	{name: "a sub-interpreter", children: 1, minor: 9, program: `
try: import _interpreters as i
except ImportError: import _xxsubinterpreters as i
code = "import subprocess; subprocess.run(%r)" % (CHILD,)
try: new = i.create("legacy")
except TypeError: new = i.create(isolated=False)
print(i.run_string(new, code))`},
	{name: "off", off: true, program: `
subprocess.run(CHILD)
os.system(" ".join(CHILD))
forked(os.execv, CHILD[0], CHILD)`},
	{name: "Pythons without an environment", program: `
for flags in ["-I"], ["-E"], ["-S"]: subprocess.run([CHILD[0], *flags, "-c", "print(1)"])`},
}

// The environments that programs give.
var environmentFamilies = []family{
	{name: "changed PYTHONPATH", children: 4, env: []string{"PYTHONPATH=/before"}, program: `
subprocess.run(CHILD)
os.environ["PYTHONPATH"] = "/changed:"
subprocess.run(CHILD)
os.system(" ".join(CHILD))
forked(os.execv, CHILD[0], CHILD)`},
	{name: "PYTHONPATH taken away", children: 2, env: []string{"PYTHONPATH=/before"}, program: `
del os.environ["PYTHONPATH"]
subprocess.run(CHILD)
wait(os.posix_spawn(CHILD[0], CHILD, os.environ))`},
	{name: "empty PYTHONPATH", children: 3, env: []string{"PYTHONPATH="}, program: `
subprocess.run(CHILD)
os.system(" ".join(CHILD))
wait(os.posix_spawn(CHILD[0], CHILD, {"PYTHONPATH": ""}))`},
	{name: "env of subprocess", children: 6, program: `
import pathlib
for env in None, {}, dict(os.environ, X="1"), {"PYTHONPATH": "/x"}, {b"PYTHONPATH": b"/\xff"}, {"PYTHONPATH": pathlib.Path("/p")}:
    subprocess.run(CHILD, env=env)`},
	{name: "env of posix_spawn", children: 7, program: `
import pathlib
for env in {}, dict(os.environ, X="1"), os.environb, {"PYTHONPATH": "/x"}, {b"PYTHONPATH": b"/\xff"}, {"PYTHONPATH": "/\udcff"}, {"PYTHONPATH": pathlib.Path("/p"), "A": pathlib.Path("/q")}:
    before = list(env.items())
    wait(os.posix_spawn(CHILD[0], CHILD, env))
    print(before == list(env.items()))`},
	{name: "posix_spawn without env", children: 1, program: `
if sys.version_info < (3, 13): subprocess.run(CHILD)
try: wait(os.posix_spawn(CHILD[0], CHILD, None))
except TypeError as e: print(e)`},
	{name: "names twice, as str and bytes", children: 1, program: `
wait(os.posix_spawn(CHILD[0], CHILD, {"PYTHONPATH": "/a", b"PYTHONPATH": b"/b", "A": "1", b"A": b"2"}))`},
	{name: "mappings of other kinds", children: 2, program: `
class Mapping:
    def __len__(self): print("len"); return 2
    def keys(self): print("keys"); return ["PYTHONPATH", "B"]
    def values(self): print("values"); return iter(["/m", "2"])
    def __getitem__(self, key): print("getitem"); raise KeyError(key)
wait(os.posix_spawn(CHILD[0], CHILD, Mapping()))
class Dict(dict):
    def keys(self): print("keys"); return super().keys()
    def values(self): print("values"); return ["of mine"]
wait(os.posix_spawn(CHILD[0], CHILD, Dict(A="1")))`},
	{name: "preexec_fn", children: 2, program: `
subprocess.run(CHILD, preexec_fn=lambda: os.environ.update(LATE="1", PYTHONPATH="/late"))
subprocess.run(CHILD, env={"A": "1"}, preexec_fn=lambda: os.environ.update(LATE="1"))
try: subprocess.run(CHILD, preexec_fn=lambda: 1 / 0)
except subprocess.SubprocessError as e: print(e)
try: subprocess.run(CHILD, preexec_fn=5)
except subprocess.SubprocessError as e: print(e)`},
	{name: "changes while os.system runs", children: 1, env: []string{"CHANGED=1", "GONE=1", "PYTHONPATH=/x"}, program: `
import threading
os.mkfifo("there"), os.mkfifo("back")
def others(change):
    thread = threading.Thread(target=os.system, args=("echo > there; read x < back",))
    thread.start()
    open("there").read()
    change()
    with open("back", "w") as f: f.write("x\n")
    thread.join()
    print(c_environ())
def change(): os.environ["CHANGED"] = "2"
def remove(): del os.environ["GONE"]
def add(): os.environ["NEW"] = "1"
def path(): os.environ["PYTHONPATH"] = "/y"
def unset(): del os.environ["PYTHONPATH"]
def nothing(): pass
def all(): add(), path(), os.environ.update({"N%d" % i: "1" for i in range(9)}), unset()
for f in nothing, change, remove, nothing, add, path, unset, nothing, all, nothing: others(f)
os.environ.clear()
os.system("true")
os.unlink("there"), os.unlink("back")
subprocess.run(CHILD)`},
	{name: "a tracer of the program's own", program: `
own = {"TRACER_DIR": "/own", "PYTHONPATH": "/x"}
subprocess.run(CHILD, env=own)
wait(os.posix_spawn(CHILD[0], CHILD, own))
os.environ.update(own)
subprocess.run(CHILD)
os.system(" ".join(CHILD))`},
	{name: "warnings about bytes", children: 2, flags: []string{"-bb", "-W", "error"}, program: `
subprocess.run(CHILD, env={"PYTHONPATH": "/x", b"A": b"1"})
wait(os.posix_spawn(CHILD[0], CHILD, {"PYTHONPATH": "/x", "A": "1"}))`},
}

// What can be seen of the functions, and how they fail.
var surfaceFamilies = []family{
	{name: "errors", program: `
class Bad:
    def __len__(self): return 1
    def keys(self): raise KeyError("keys")
    def __getitem__(self, key): raise KeyError(key)
class Wrong(Bad):
    def keys(self): return ["A"]
    def values(self): return 5
class Long(Wrong):
    def values(self): return ["1"]
    def __len__(self): return 3
class Path:
    def __fspath__(self): raise OSError("fspath")
    def __repr__(self): return "path"
bad = [None, 5, [], ["a"], "text", Bad(), Wrong(), Long(), {1: 2}, {"A": 1}, {"A": "1\0"}, {"A\0": "1"}, {"A=": "1"}, {"": "1"},
       {"PYTHONPATH": 1}, {"PYTHONPATH": "a\0b"}, {"PYTHONPATH": Path()}, {"PYTHONPATH": "\ud800"}, {b"A": None}, {"A": "1"}]
calls = [(f, a, k) for f in (os.execve, os.posix_spawn, os.posix_spawnp) for a, k in
         [(("/nonexistent", ["x"], env), {}) for env in bad] + [
          ((), {}), (("/x",), {}), (("/x", ["x"]), {}), (("/x", [], {}), {}), (("/x", "x", {}), {}), (("/x", [""], {}), {}), (("/x", [5], {}), {}),
          ((5.5, ["x"], {}), {}), (("/x\0", ["x"], {}), {}), (("/x", ["x\0"], {}), {}), (("/x", ["x"], {}, 1), {}), (("/x", ["x"]), {"env": {}}),
          (("/x", ["x"], {}), {"env": {}}), (("/x", ["x"], {}), {"other": 1}), (("/x", ["x"], {}), {"setsid": 1, "scheduler": 1}),
          ((), {"path": "/x", "env": {}})]]
calls += [(os.execv, a, {}) for a in [(), ("/x",), ("/x", []), ("/x", "x"), ("/x", [""]), ("/x", [5]), (5, ["x"]), ("/x\0", ["x"]), ("/nonexistent", ["x"])]]
calls += [(os.system, a, k) for a, k in [((), {}), ((5,), {}), (("a\0",), {}), ((), {"command": 5}), (("exit 4",), {}), ((), {"other": 1})]]
for f, args, keywords in calls:
    try: print(f.__name__, args[2:], keywords, f(*args, **keywords))
    except BaseException as e: print(f.__name__, [a if type(a) in (str, int, dict, list) else type(a) for a in args[2:]], keywords, repr(e), getattr(e, "filename", None), e.__context__)
for f in subprocess.run, os.spawnvp:
    try: print(f(["/nonexistent"]))
    except Exception as e: print(repr(e))
import _posixsubprocess
for args in (), (1,) * 5, (1,) * 6, (1,) * 22, ([b"x"], [b"/nonexistent"], 0, (), None, 5, -1) + (-1,) * 15:
    try: print(_posixsubprocess.fork_exec(*args))
    except Exception as e: print(repr(e).replace("1, ", ""))`},
	{name: "what the functions look like", program: `
import inspect, io, contextlib, pickle, posix, copy, _posixsubprocess
for f in os.execv, os.execve, os.posix_spawn, os.posix_spawnp, os.system, _posixsubprocess.fork_exec, sys.addaudithook:
    text = io.StringIO()
    with contextlib.redirect_stdout(text): help(f)
    print(text.getvalue(), repr(f), f.__doc__, f.__text_signature__, f.__name__, f.__qualname__, f.__module__, type(f), repr(f.__self__), dir(f))
    print(pickle.dumps(f), pickle.loads(pickle.dumps(f)) is f, copy.copy(f) is f, callable(f))
    try: print(inspect.signature(f))
    except ValueError as e: print(e)
import gc
tables = [found for found in gc.get_objects() if type(found) in (set, frozenset, dict)]
print([key for found in tables for key in list(found) if callable(key) and key not in found])
print(os.execve in os.supports_fd, len(os.supports_fd))
print(os.execve is posix.execve, sorted(sys.modules), sys.gettrace(), sys.getprofile())`},
	{name: "audit hooks", children: 4, program: `
def show(event, args):
    if event in ("os.exec", "os.posix_spawn", "os.system", "subprocess.Popen", "sys.addaudithook"):
        print(event, [type(a) for a in args], [dict(a) if hasattr(a, "keys") else a for a in args if not callable(a)], [a is env for a in args], flush=True)
env = {"A": "1"}
sys.addaudithook(show)
sys.addaudithook(lambda event, args: None)
wait(os.posix_spawn(CHILD[0], CHILD, env))
env = os.environ
wait(os.posix_spawn(CHILD[0], CHILD, env))
forked(os.execve, CHILD[0], CHILD, env)
forked(os.execv, "/nonexistent", ["x"])
subprocess.run(CHILD, env=env)
os.system("true")
def forbid(event, args):
    if event in ("os.exec", "os.posix_spawn"): raise RuntimeError("forbidden")
sys.addaudithook(forbid)
for f in os.posix_spawn, os.execve:
    try: f(CHILD[0], CHILD, env)
    except RuntimeError as e: print(repr(e))`},
	{name: "modules that are imported", program: `print(sorted(sys.modules))`},
}

// anyVersion starts programs by all means that Python 2.7 has, too.
const anyVersion = `
from __future__ import print_function
import os, sys, subprocess
code = "import os, sys; print(sorted(os.environ.items()), sys.path[1:])"
CHILD = [sys.executable, "-c", code]
def forked(f, *args):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try: f(*args)
        finally: os._exit(9)
    print(f.__name__, os.waitpid(pid, 0)[1])
before = sorted(os.environ.items())
print(before)
sys.stdout.flush()
print(subprocess.call(CHILD), subprocess.call(CHILD, env=dict(os.environ, ADDED="1")))
sys.stdout.flush()
print(os.system("%s -c '%s'" % (sys.executable, code)))
print(os.popen("%s -c '%s'" % (sys.executable, code)).read())
forked(os.execv, CHILD[0], CHILD)
forked(os.execve, CHILD[0], CHILD, {"A": "1", "PYTHONPATH": "/x"})
forked(os.execvpe, CHILD[0], CHILD, {"A": "1"})
print(sorted(os.environ.items()) == before, os.execve, os.system)
sys.stdout.flush()
`
