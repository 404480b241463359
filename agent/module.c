/*
** The agent as an extension module: what the loader calls. start in the process's first interpreter, join in the others.
*/
#include "abi/frame.h"
#include "abi/module.h"
#include "abi/parallel.h"
#include "hook/children.h"
#include "hook/collector.h"
#include "hook/events.h"
#include "hook/measure.h"
#include "hook/monitoring.h"
#include "hook/trigger.h"
#include "os/os.h"
#include "record/fork.h"
#include "record/introduce.h"
#include "store/process.h"

static bool recording; /* the process does, or did until it stopped; and so does what it forks */

/* Once a tool id is ours: the files, then the events. */
static const char *record_into(Text parent) {
    process.next_location = process.next_file = process.next_thread = process.interpreters = 1;
    process.build = py.version->free_threaded ? BUILD_FREE_THREADED : 0;
    process.python_hex = py.hex;
    process.tool = events_tool();
    process.hook = events_hook();
    Record about;
    introduce_gather(&about);
    const char *why = process_create();
    if (!why && !introduce_process(&about, parent)) process_refuse(why = "there is no space in the trace directory");
    if (why) {
        events_cancel();
        return why;
    }
    measure_costs(events_measured(), parent);
    thread_start();
    process_publish(chunks_size());
    why = events_begin();
    if (!why) trigger_start();
    recording = !why;
    return why;
}

static const char *start(Text trace, Text library, Text parent) {
    const char *why = python_verify();
    if (!why) why = settings_read(&process.settings, trace);
    if (why) return why;
    process.trace = trace;
    process.settings.library = library;
    if (!code_start()) return "there is no memory";
    why = events_prepare();
    return why ? why : record_into(parent);
}

/* What the loader gets: None, or why not. */
static Object *reason(const char *why) {
    if (why) return py.Unicode_InternFromString(why);
    py._IncRef(py.none);
    return py.none;
}

/* Counts the calling thread's interpreter; what is recorded in it has its number. */
static void count_interpreter(void) {
    lock_take(&process.lock);
    __atomic_store_n(control32(WIRE_CONTROL_INTERPRETERS), ++process.interpreters, __ATOMIC_RELAXED);
    process_synchronize();
    lock_give(&process.lock);
}

/* join(): another interpreter of a process that records is recorded too. None, or a str that says why it is not. */
static Object *agent_join(Object *self, Object *nothing) {
    (void)self, (void)nothing;
    bool joined;
    if (!recording || !fork_follow() || process_stopped()) return reason(NULL);
    const char *why = events_join(&joined);
    if (joined) count_interpreter();
    return reason(why);
}

/*
** start(trace directory, directory of the standard library, directory of the loader, path of the agent, name of the
** parent's directory or nothing): None, or a str that says why nothing is recorded.
*/
static Object *agent_start(Object *self, Object *args) {
    enum { TRACE, LIBRARY, LOADER, AGENT, PARENT, ARGUMENTS };
    static const char *unsupported;
    static bool called;
    if (called) return agent_join(self, NULL); /* an interpreter that began while variables for children were set */
    if (py.Tuple_Size(args) != ARGUMENTS)
        return py.Unicode_InternFromString("the agent was started with other arguments than it takes");
    called = true;
    os_start();
    py._IncRef(args); /* kept for good: the texts point into them */
    Text given[ARGUMENTS];
    for (int i = 0; i < ARGUMENTS; i++) given[i] = object_bytes(py.Tuple_GetItem(args, i));
    unsupported = start(given[TRACE], given[LIBRARY], given[PARENT]);
    if (!unsupported && process.settings.children) children_start(given[LOADER], given[AGENT]);
    return reason(unsupported);
}

/* watch(gc): collections of garbage of the calling thread's interpreter are recorded. */
static Object *agent_watch(Object *self, Object *gc) {
    (void)self;
    collector_watch(gc);
    return reason(NULL);
}

/* trace(): where the process records to, as bytes. */
static Object *agent_trace(Object *self, Object *nothing) {
    (void)self, (void)nothing;
    return py.Bytes_FromStringAndSize(process.trace.at, (Ssize)process.trace.size);
}

enum { LARGEST_HEAD = 32 };

static _Alignas(16) char definition[LARGEST_HEAD + sizeof(ModuleParts)];
static MethodDef methods[5];
static ModuleSlot slots[3];

/* A version refuses a slot that it does not know. */
static void define(void) {
    ModuleSlot *slot = slots;
    methods[0] = (MethodDef){"start", (void *)agent_start, METHOD_VARARGS, NULL};
    methods[1] = (MethodDef){"join", (void *)agent_join, METHOD_NOARGS, NULL};
    methods[2] = (MethodDef){"trace", (void *)agent_trace, METHOD_NOARGS, NULL};
    methods[3] = (MethodDef){"watch", (void *)agent_watch, METHOD_O, NULL};
    if (py.version->hex >= 0x030c) *slot++ = (ModuleSlot){MODULE_INTERPRETERS, (void *)2}; /* with a lock of their own */
    if (py.version->hex >= 0x030d) *slot++ = (ModuleSlot){MODULE_GIL, (void *)1};                    /* not needed */
    ModuleParts *parts = (ModuleParts *)(definition + py.version->head);
    *parts = (ModuleParts){.name = "tracer_agent", .methods = methods, .slots = slots};
}

/* Each interpreter loads the module anew. They may do so at the same time. */
static const char *begin(void) {
    static ForkLock lock;
    static const char *why;
    static bool begun;
    fork_lock_take(&lock);
    if (!begun) why = python_start();
    if (!begun && !why) {
        parallel_start();
        frame_start();
        define();
    }
    begun = true;
    fork_lock_give(&lock);
    return why;
}

EXPORT void *PyInit_tracer_agent(void);
EXPORT void inittracer_agent(void);

/* The loader turns it into a reason. */
static void refuse(const char *why) {
    void (*raise)(void *, const char *);
    *(void **)&raise = os_symbol("PyErr_SetString");
    void **error = os_symbol("PyExc_ImportError");
    if (raise && error) raise(*error, why);
}

void *PyInit_tracer_agent(void) {
    void *(*initialise)(void *);
    *(void **)&initialise = os_symbol("PyModuleDef_Init");
    if (!initialise) return NULL;
    const char *why = begin();
    if (!why) return initialise(definition);
    refuse(why);
    return NULL;
}

/* Python 2. */
void inittracer_agent(void) {
    enum { API = 1013 };
    void *(*make)(const char *, MethodDef *, const char *, Object *, int);
    *(void **)&make = os_symbol("Py_InitModule4_64");
    const char *why = begin();
    if (why)
        refuse(why);
    else if (make)
        make("tracer_agent", methods, NULL, NULL, API);
}
