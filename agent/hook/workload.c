#include "hook/workload.h"
#include "os/os.h"

/*
** Written for every Python there is. No class: they are freed by the collector only, and a program could find them. So
** the attributes are those of a function. Half of the lines are numbered above 256: for those the interpreter makes an int
** each time.
*/
#define STEPS(name)                                  \
    "def " name "(n, a, b, o, p):\n"                 \
    "    s = 0.5\n"                                  \
    "    k = 0\n"                                    \
    "    for i in range(n):\n"                       \
    "        x = a[0] - b[0]\n"                      \
    "        y = a[1] - b[1]\n"                      \
    "        d = x * x + y * y\n"                    \
    "        m = 0.01 / (d + 1.0)\n"                 \
    "        if d > s:\n"                            \
    "            s += x * m\n"                       \
    "        else:\n"                                \
    "            s -= y * m\n"                       \
    "        a[0] -= x * m\n"                        \
    "        b[1] += y * m\n"                        \
    "        k = p[k]\n"                             \
    "        while k & 1:\n"                         \
    "            p[i & 63], p[k] = p[k], p[i & 63]\n" \
    "            k = p[k >> 1] & 62\n"               \
    "        j = i & 7\n"                            \
    "        if j != k:\n"                           \
    "            o.count = o.count + j\n"            \
    "        p[j] = p[j + 1]\n"                      \
    "        p[j + 1] = k\n"

#define LINES_16 "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
#define LINES_256                                                                                                     \
    LINES_16 LINES_16 LINES_16 LINES_16 LINES_16 LINES_16 LINES_16 LINES_16 LINES_16 LINES_16 LINES_16 LINES_16       \
        LINES_16 LINES_16 LINES_16 LINES_16

static const char text[] =
    STEPS("low")
    "def nothing(): pass\n"
    "def empty(n):\n"
    "    for i in range(n): nothing()\n"
    "def one(x):\n"
    "    y = x\n"
    "    return y\n"
    "def steps(n):\n"
    "    for i in range(n):\n"
    "        one(i)\n"
    "def calls(n): return n if n < 2 else calls(n - 1) + calls(n - 2)\n"
    "def numbers(n):\n"
    "    for i in range(n): yield i\n"
    "def yields(n):\n"
    "    for i in numbers(n): pass\n"
    "def fails(): raise KeyError\n"
    "def unwinds(n):\n"
    "    for i in range(n):\n"
    "        try: fails()\n"
    "        except KeyError: pass\n"
    "def catches(n):\n"
    "    while 1:\n"
    "        try: yield n\n"
    "        except KeyError: pass\n"
    "def throws(n):\n"
    "    g = catches(n)\n"
    "    next(g)\n"
    "    for i in range(n): g.throw(KeyError)\n"
    "def closes(n):\n"
    "    for i in range(n): next(numbers(n))\n"
    LINES_256
    STEPS("high")
    "def lines(n):\n"
    "    def o(): pass\n"
    "    o.count = 0\n"
    "    a = [1.5, 2.5]\n"
    "    b = [3.5, 0.25]\n"
    "    p = []\n"
    "    for i in range(64): p.append((i * 37 + 11) & 63)\n"
    "    low(n, a, b, o, p)\n"
    "    high(n, a, b, o, p)\n";

/* A dict to run code in. Before 3.10 it gets its builtins from nobody else. */
static Object *new_names(void) {
    Object *(*builtins)(void), *names = py.Dict_New(), *key = py.Unicode_InternFromString("__builtins__");
    *(void **)&builtins = os_symbol("PyEval_GetBuiltins");
    bool fine = names && key && builtins && py.Dict_SetItem(names, key, builtins()) == 0;
    object_release(key);
    if (fine) return names;
    object_release(names);
    return NULL;
}

/* Runs the text's code in a dict of its own. */
static Object *functions(Object *code) {
    Object *(*evaluate)(Object *, Object *, Object *);
    *(void **)&evaluate = os_symbol("PyEval_EvalCode");
    Object *names = code && evaluate ? new_names() : NULL;
    Object *result = names ? evaluate(code, names, names) : NULL;
    if (!result) object_release(names);
    object_release(result);
    return result ? names : NULL;
}

/* Compiling once more would take longer. */
static Object *copied(Object *code) {
    enum { FORMAT = 2 }; /* of marshal, which every Python writes */
    Object *(*write)(Object *, int), *(*read)(const char *, Ssize);
    *(void **)&write = os_symbol("PyMarshal_WriteObjectToString");
    *(void **)&read = os_symbol("PyMarshal_ReadObjectFromString");
    Object *bytes = code && write && read ? write(code, FORMAT) : NULL;
    Text written = object_bytes(bytes);
    Object *copy = written.size ? read(written.at, (Ssize)written.size) : NULL;
    object_release(bytes);
    return copy;
}

bool workload_begin(Workload *workload) {
    enum { FILE_INPUT = 257 }; /* Py_file_input, the same in all versions */
    Object *(*compile)(const char *, const char *, int);
    *(void **)&compile = os_symbol("Py_CompileString");
    Object *code = compile ? compile(text, "<tracer>", FILE_INPUT) : NULL, *copy = copied(code);
    *workload = (Workload){.plain = functions(code), .traced = functions(copy)};
    object_release(code);
    object_release(copy);
    py.Err_Clear();
    return workload->plain && workload->traced;
}

bool workload_codes(const Workload *workload, bool (*each)(Object *code, void *data), void *data) {
    Object *list = workload->traced ? py.Dict_Values(workload->traced) : NULL;
    Ssize size = list ? py.List_Size(list) : 0;
    bool fine = size > 0;
    for (Ssize i = 0; fine && i < size; i++) {
        Object *code = py.Object_GetAttrString(py.List_GetItem(list, i), "__code__");
        if (code) fine = each(code, data); /* builtins is among the values, and has none */
        object_release(code);
        py.Err_Clear();
    }
    object_release(list);
    return fine;
}

/* A function refers to the dict that it stands in. */
static void drop(Object *names) {
    void (*clear)(Object *);
    *(void **)&clear = os_symbol("PyDict_Clear");
    if (names && clear) clear(names);
    object_release(names);
}

void workload_end(Workload *workload) {
    drop(workload->plain);
    drop(workload->traced);
    py.Err_Clear();
}
