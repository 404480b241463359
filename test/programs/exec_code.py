"""exec, eval and compile with odd file names, line numbers and namespaces; code objects made and changed by hand."""

import ast
import types

SOURCE = """\
def run(n):
    total = 0
    for i in range(n):
        total += i
    return total
result = run(10)
"""

for filename in ("<string>", "<made up>", "", "relative.py", "/no/such/file.py", "<unclosed", "ü/naïve.py", "a b\tc.py"):
    namespace = {"__name__": "made"}
    exec(compile(SOURCE, filename, "exec"), namespace)
    print(ascii(filename), namespace["result"])

exec(SOURCE, bare := {})
print("without a name", bare["result"], "__name__" in bare)
exec(SOURCE, odd := {"__name__": 42})
print("a name that is no text", odd["result"])
exec(SOURCE, none := {"__name__": None, "__builtins__": {"range": range}})
print("builtins of its own", none["result"])
exec("total = sum(range(10))", {"__name__": "split"}, local := {})
print(local)


class Namespace(dict):
    def __missing__(self, key):
        return key * 2


print(eval("spam + eggs", {"__name__": "mapping"}, Namespace()))
exec("def f():\n    return __name__\nprint(f())", {"__name__": "some.dotted.module"})
exec("def f():\n    return __name__\nprint(ascii(f()))", {"__name__": "größe.übung"})

for offset in (1_000, 70_000, 2_000_000, 100_000_000):
    tree = ast.parse(SOURCE)
    ast.increment_lineno(tree, offset)
    exec(compile(tree, "<far away>", "exec"), namespace := {"__name__": "far"})
    print(namespace["run"].__code__.co_firstlineno, namespace["result"])

# Lines that go backwards, and lines far apart within one function.
tree = ast.parse("def f(x):\n    x += 1\n    x *= 2\n    x -= 3\n    return x\n")
for node, line in zip(tree.body[0].body, (500, 3, 90_000, 500)):
    for child in ast.walk(node):
        if hasattr(child, "lineno"):
            child.lineno = child.end_lineno = line
exec(compile(tree, "<shuffled>", "exec"), namespace := {"__name__": "shuffled"})
print([namespace["f"](i) for i in range(5)])


def template(x):
    y = x + 1
    return y


moved = types.FunctionType(template.__code__.replace(co_firstlineno=5_000, co_name="moved", co_filename="<moved>"), globals())
print(template(1), moved(2))
stranger = types.FunctionType(template.__code__, {"__name__": "stranger"})
print(stranger(3))
template.__code__ = (lambda x: x * 100).__code__
print(template(4))

print(eval("[eval(str(i)) for i in range(3)]"))
print(eval(compile("(lambda: (yield 7))()", "<eval>", "eval")).send(None))
long_body = "def long(x):\n" + "".join(f"    x += {i}\n" for i in range(3_000)) + "    return x\n"
exec(compile(long_body, "<long>", "exec"), namespace := {"__name__": "long"})
print(namespace["long"](0), namespace["long"](1))
one_line = "def wide(x): " + "; ".join(f"x += {i}" for i in range(500)) + "; return x"
exec(compile(one_line, "<wide>", "exec"), namespace)
print(namespace["wide"](0))
deep = "x = 1\n"
for level in range(18):
    deep += " " * level + f"if x == {1}:\n"
deep += " " * 18 + "x = 'deep'\n"
exec(compile(deep, "<deep>", "exec"), namespace)
print(namespace["x"])
try:
    exec("def broken(:\n", {})
except SyntaxError as err:
    print(err.msg, err.lineno)
