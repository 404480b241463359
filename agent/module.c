/*
** The agent as an extension module: what the loader calls. It has one function, start.
*/
#include "abi/python.h"
#include "hook/monitoring.h"
#include "os/os.h"
#include "record/thread.h"
#include "store/names.h"
#include "store/process.h"

static void add_arguments(Record *record) {
    Object *arguments = py.Sys_GetObject("orig_argv");
    Ssize n = arguments ? py.List_Size(arguments) : 0;
    record_u32(record, (uint32_t)(n > 0 ? n : 0));
    for (Ssize i = 0; i < n; i++) {
        Object *keep;
        record_bytes(record, object_text(py.List_GetItem(arguments, i), &keep));
        object_release(keep);
    }
}

static const char *name_process(void) {
    char directory[4096];
    int64_t size = os_current_directory(directory, sizeof directory);
    const char *(*version)(void);
    *(void **)&version = os_symbol("Py_GetVersion");
    Text python = text_of(version ? version() : "");
    for (size_t i = 0; i < python.size; i++)
        if (python.at[i] == ' ') python.size = i;
    Object *keep;
    Record record;
    record_begin(&record, WIRE_TYPE_PROCESS);
    record_bytes(&record, python);
    record_bytes(&record, object_text(py.Sys_GetObject("executable"), &keep));
    object_release(keep);
    record_bytes(&record, (Text){directory, size > 0 ? (size_t)size : 0});
    add_arguments(&record);
    return names_append(&record) ? NULL : "there is no space in the trace directory";
}

/* Once a tool id is ours: the files, then the events. */
static const char *record_into(Text trace) {
    const char *why = process_create(trace);
    if (!why) why = name_process();
    if (why) {
        monitoring_cancel();
        return why;
    }
    thread_start();
    process_publish(py.hex, monitoring_tool(), slots_chunk_size());
    return monitoring_begin();
}

static const char *start(Text trace, Text library) {
    const char *why = python_verify();
    if (!why) why = settings_read(&process.settings, trace);
    if (why) return why;
    process.settings.library = library;
    if (!code_start()) return "there is no memory";
    why = monitoring_prepare();
    return why ? why : record_into(trace);
}

/* start(trace directory, directory of the standard library): None, or a str that says why nothing is recorded. */
static Object *agent_start(Object *self, Object *const *args, Ssize count) {
    (void)self;
    static const char *unsupported;
    static bool called;
    if (called || count != 2) return py.Unicode_InternFromString("the agent was started twice");
    called = true;
    os_start();
    py._IncRef(args[0]); /* kept for good: the texts point into them */
    py._IncRef(args[1]);
    unsupported = start(object_bytes(args[0]), object_bytes(args[1]));
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
