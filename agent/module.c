/*
** The agent as an extension module: what the loader calls. It has one function, start.
*/
#include "abi/python.h"
#include "hook/children.h"
#include "hook/monitoring.h"
#include "hook/trigger.h"
#include "os/os.h"
#include "record/introduce.h"
#include "store/process.h"

/* Once a tool id is ours: the files, then the events. */
static const char *record_into(Text parent) {
    process.next_location = process.next_file = process.next_thread = 1;
    process.python_hex = py.hex;
    process.tool = monitoring_tool();
    const char *why = process_create();
    if (!why && !introduce_process(parent)) why = "there is no space in the trace directory";
    if (why) {
        monitoring_cancel();
        return why;
    }
    thread_start();
    process_publish(chunks_size());
    why = monitoring_begin();
    if (!why) trigger_start();
    return why;
}

static const char *start(Text trace, Text library, Text parent) {
    const char *why = python_verify();
    if (!why) why = settings_read(&process.settings, trace);
    if (why) return why;
    process.trace = trace;
    process.settings.library = library;
    if (!code_start()) return "there is no memory";
    why = monitoring_prepare();
    return why ? why : record_into(parent);
}

/*
** start(trace directory, directory of the standard library, directory of the loader, path of the agent, name of the
** parent's directory or nothing): None, or a str that says why nothing is recorded.
*/
static Object *agent_start(Object *self, Object *const *args, Ssize count) {
    (void)self;
    static const char *unsupported;
    static bool called;
    if (called || count != 5) return py.Unicode_InternFromString("the agent was started twice");
    called = true;
    os_start();
    for (Ssize i = 0; i < count; i++) py._IncRef(args[i]); /* kept for good: the texts point into them */
    unsupported = start(object_bytes(args[0]), object_bytes(args[1]), object_bytes(args[4]));
    if (!unsupported && process.settings.children) children_start(object_bytes(args[2]), object_bytes(args[3]));
    return unsupported ? py.Unicode_InternFromString(unsupported) : py.none;
}

/* PyModuleDef and its parts, as Include/moduleobject.h has them since 3.5. */
typedef struct {
    int slot;
    void *value;
} ModuleSlot;

static struct {
    intptr_t references;
    void *type, *init;
    Ssize index;
    void *copy;
    const char *name, *doc;
    Ssize size;
    MethodDef *methods;
    ModuleSlot *slots;
    void *traverse, *clear, *free;
} definition;

static MethodDef methods[2];
static ModuleSlot slots[1];

EXPORT void *PyInit_tracer_agent(void);

void *PyInit_tracer_agent(void) {
    void *(*define)(void *);
    *(void **)&define = os_symbol("PyModuleDef_Init");
    const char *why = python_start();
    if (!define) return NULL;
    if (why) { /* the loader turns it into a reason */
        void (*raise)(void *, const char *);
        *(void **)&raise = os_symbol("PyErr_SetString");
        void **error = os_symbol("PyExc_ImportError");
        if (raise && error) raise(*error, why);
        return NULL;
    }
    methods[0] = (MethodDef){"start", (void *)agent_start, METHOD_FASTCALL, NULL};
    definition.name = "tracer_agent";
    definition.methods = methods;
    definition.slots = slots;
    return define(&definition);
}
