#include "record/introduce.h"
#include "gen/wire.h"
#include "store/names.h"

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

bool introduce_process(Text parent) {
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
    record_bytes(&record, parent);
    return names_append(&record);
}

bool introduce_fork(uint64_t size, Text parent) {
    Record record;
    record_begin(&record, WIRE_TYPE_FORK);
    record_u64(&record, size);
    record_bytes(&record, parent);
    return names_append(&record);
}

/* The name that the module threading knows the calling thread by; "" if none (yet). No Python code runs. */
static Text python_name(Object **keep) {
    static Object *threading_key, *active_key, *name_key;
    *keep = NULL;
    if (!name_key) {
        threading_key = py.Unicode_InternFromString("threading");
        active_key = py.Unicode_InternFromString("_active");
        name_key = py.Unicode_InternFromString("_name");
    }
    Object *modules = py.Sys_GetObject("modules");
    Object *module = modules && name_key ? py.Dict_GetItemWithError(modules, threading_key) : NULL;
    Object *globals = module ? py.Module_GetDict(module) : NULL;
    Object *active = globals ? py.Dict_GetItemWithError(globals, active_key) : NULL;
    Object *ident = active ? py.Long_FromUnsignedLongLong(py.Thread_get_thread_ident()) : NULL;
    Object *thread = ident ? py.Dict_GetItemWithError(active, ident) : NULL;
    Object *name = thread ? py.Object_GenericGetAttr(thread, name_key) : NULL;
    object_release(ident);
    Text text = object_text(name, keep);
    if (*keep) {
        object_release(name);
    } else {
        *keep = name;
    }
    return text;
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
    Object *keep;
    Text name = python_name(&keep);
    if (!name.size && thread->tid == process.pid) name = TEXT("MainThread");
    if (name.size || !thread->introduced) {
        bool fine = name_thread(thread, name);
        thread->introduced |= fine;
        thread->named = fine && name.size > 0;
    }
    object_release(keep);
    py.Err_Clear();
    pending_give(pending);
    return thread->introduced;
}
