#include "record/introduce.h"
#include "abi/parallel.h"
#include "gen/wire.h"

/* What the system knows of the process's start: versions before 3.10 keep only what is theirs of it. */
static void add_command_line(Record *record) {
    enum { MOST = 64 << 10 };
    char *text = os_memory(MOST);
    int64_t size = text ? os_read_whole(TEXT("/proc/self"), TEXT("cmdline"), text, MOST) : 0;
    uint32_t count = 0;
    for (int64_t i = 0; i < size; i++) count += !text[i];
    record_u32(record, count);
    for (const char *at = text; count; count--) {
        Text argument = text_of(at);
        record_bytes(record, argument);
        at += argument.size + 1;
    }
    if (text) os_memory_free(text, MOST);
}

static void add_arguments(Record *record) {
    Object *arguments = py.Sys_GetObject("orig_argv");
    if (!arguments) {
        add_command_line(record);
        return;
    }
    Ssize n = arguments ? py.List_Size(arguments) : 0;
    record_u32(record, (uint32_t)(n > 0 ? n : 0));
    for (Ssize i = 0; i < n; i++) {
        Object *keep;
        record_bytes(record, object_text(py.List_GetItem(arguments, i), &keep));
        object_release(keep);
    }
}

void introduce_gather(Record *record) {
    char directory[4096];
    int64_t size = os_current_directory(directory, sizeof directory);
    const char *(*version)(void);
    *(void **)&version = os_symbol("Py_GetVersion");
    Text python = text_of(version ? version() : "");
    for (size_t i = 0; i < python.size; i++)
        if (python.at[i] == ' ') python.size = i;
    Object *keep;
    record_begin(record, WIRE_TYPE_PROCESS);
    record_bytes(record, python);
    record_bytes(record, object_text(py.Sys_GetObject("executable"), &keep));
    object_release(keep);
    record_bytes(record, (Text){directory, size > 0 ? (size_t)size : 0});
    add_arguments(record);
}

bool introduce_process(Record *record, Text parent) {
    record_bytes(record, parent);
    return names_append(record);
}

bool introduce_fork(uint64_t size, Text parent) {
    Record record;
    record_begin(&record, WIRE_TYPE_FORK);
    record_u64(&record, size);
    record_bytes(&record, parent);
    return names_append(&record);
}

/* As it stands in the object: no method of its class is asked. NULL: there is none. */
static Object *plain_attribute(Object *object, const char *name) {
    Object *key = py.Unicode_InternFromString(name);
    Object *found = key ? py.Object_GenericGetAttr(object, key) : NULL;
    if (!found) py.Err_Clear();
    object_release(key);
    return found;
}

/* The name that the module threading knows the calling thread by; "" if none (yet). No Python code runs. */
static Text python_name(Object *keep[2]) {
    keep[0] = keep[1] = NULL;
    Object *modules = py.Sys_GetObject("modules");
    Object *module = modules ? dict_find(modules, "threading") : NULL;
    Object *globals = module ? py.Module_GetDict(module) : NULL;
    Object *active = globals ? dict_find(globals, "_active") : NULL;
    Object *ident = active ? py.Long_FromUnsignedLongLong(py.Thread_get_thread_ident()) : NULL;
    Object *thread = ident ? dict_get(active, ident) : NULL;
    if (thread) keep[0] = plain_attribute(thread, "_name");
    if (thread && !keep[0]) keep[0] = plain_attribute(thread, "_Thread__name"); /* Python 2 */
    Object *done[] = {thread, ident, active, module};
    for (size_t i = 0; i < COUNT(done); i++) object_release(done[i]);
    return object_text(keep[0], &keep[1]);
}

static bool name_thread(const Thread *thread, Text name) {
    Record record;
    uint64_t ident = py.Thread_get_thread_ident();
    lock_take(&process.lock);
    record_begin(&record, WIRE_TYPE_THREAD);
    record_u32(&record, thread->number);
    record_u32(&record, thread->tid);
    record_u64(&record, ident);
    record_bytes(&record, name);
    bool fine = names_append(&record);
    lock_give(&process.lock);
    return fine;
}

bool introduce_thread(Thread *thread) {
    Pending pending = pending_take();
    Object *keep[2];
    Text name = python_name(keep);
    if (!name.size && thread->tid == process.pid) name = TEXT("MainThread");
    if (name.size || !thread->introduced) {
        bool fine = name_thread(thread, name);
        thread->introduced |= fine;
        thread->named = fine && name.size > 0;
    }
    object_release(keep[0]);
    object_release(keep[1]);
    py.Err_Clear();
    pending_give(pending);
    return thread->introduced;
}
