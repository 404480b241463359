#include "hook/collector.h"
#include "abi/module.h"
#include "abi/parallel.h"
#include "os/os.h"
#include "record/collection.h"
#include "record/fork.h"

/* What a callback is said to have done that has raised; since 3.14 it is said in other words. */
static void report(Object *callback) {
    void (*format)(const char *, ...);
    *(void **)&format = py.version->hex >= 0x030e ? os_symbol("PyErr_FormatUnraisable") : NULL;
    if (format)
        format("Exception ignored while calling GC callback %R", callback);
    else
        py.Err_WriteUnraisable(callback);
}

/* As the interpreter does it: the list may change meanwhile. */
static void call_program(Object *callbacks, Object *phase, Object *info) {
    for (Ssize i = 0; i < py.List_Size(callbacks); i++) {
        Object *callback = py.List_GetItem(callbacks, i);
        if (!callback) break;
        py._IncRef(callback);
        Object *result = py.Object_CallFunction(callback, "OO", phase, info);
        if (!result) report(callback);
        object_release(result);
        py._DecRef(callback);
    }
}

static uint32_t generation_of(Object *info) {
    Object *generation = dict_find(info, "generation");
    long number = generation ? py.Long_AsLong(generation) : 0;
    object_release(generation);
    return number < 0 ? 0 : (uint32_t)number;
}

/* self is what the program sees as gc.callbacks. Only the collector is measured. */
static Object *on_collection(Object *self, Object *args) {
    Object *phase = py.Tuple_GetItem(args, 0), *info = py.Tuple_GetItem(args, 1), *keep;
    Pending pending = pending_take();
    bool begins = text_equal(object_text(phase, &keep), TEXT("start"));
    object_release(keep);
    if (!begins && !fork_left_alone) collection_end(generation_of(info));
    py.Err_Clear();
    pending_give(pending);
    call_program(self, phase, info);
    if (begins && !fork_left_alone) collection_begin();
    py._IncRef(py.none);
    return py.none;
}

static MethodDef definition = {"collected", (void *)on_collection, METHOD_VARARGS, NULL};

/* Where the interpreter has its list. NULL: not where it should be. */
static Object **place_of(Object *visible) {
    uint16_t offset = py.version->callbacks;
    char *at = offset && parallel.interpreter ? parallel.interpreter() : NULL;
    if (!at) return NULL;
    Object **place = (Object **)(at + offset);
    return *place == visible ? place : NULL;
}

static int (*exec)(Object *gc); /* the module's own */

/* A module gc that is made later shows the interpreter's list: it is to show the program's. */
static int exec_and_show(Object *gc) {
    int failed = exec(gc);
    Object *list = failed ? NULL : py.Object_GetAttrString(gc, "callbacks");
    Object *first = list && py.List_Size(list) == 1 ? py.List_GetItem(list, 0) : NULL;
    Object *name = py.Unicode_InternFromString("callbacks");
    if (first && name && py.CFunction_GetFunction(first) == (void *)on_collection)
        py.Dict_SetItem(py.Module_GetDict(gc), name, py.CFunction_GetSelf(first));
    object_release(name);
    object_release(list);
    if (!failed) py.Err_Clear();
    return failed;
}

/* From 3.10 on the module is made in steps. Its definition is changed once for all interpreters. */
static void show_program(Object *gc) {
    enum { MOST_SLOTS = 8 };
    static ModuleSlot slots[MOST_SLOTS];
    static bool done;
    char *(*definition_of)(Object *);
    *(void **)&definition_of = os_symbol("PyModule_GetDef");
    char *object = definition_of ? definition_of(gc) : NULL;
    ModuleParts *parts = (ModuleParts *)(object + py.version->head);
    if (!object || !parts->slots || __atomic_exchange_n(&done, true, __ATOMIC_ACQ_REL)) return;
    ModuleSlot *own = NULL;
    for (int i = 0; i < MOST_SLOTS - 1 && parts->slots[i].slot; i++) {
        slots[i] = parts->slots[i];
        if (slots[i].slot == (py.version->hex < 0x030f ? MODULE_EXEC : MODULE_EXEC_NEW)) own = &slots[i];
        if (parts->slots[i + 1].slot) continue;
        if (!own) return;
        *(void **)&exec = own->value;
        own->value = (void *)exec_and_show;
        parts->slots = slots;
        return;
    }
}

void collector_watch(Object *gc) {
    Object *visible = py.Object_GetAttrString(gc, "callbacks");
    Object **place = visible ? place_of(visible) : NULL;
    Object *function = place ? py.CFunction_NewEx(&definition, visible, NULL) : NULL;
    Object *list = function ? py.List_New(0) : NULL;
    if (list && py.List_Append(list, function) == 0) {
        show_program(gc);
        py.Object_GC_UnTrack(list); /* nobody finds them who asks gc what there is, or what refers to its list */
        py.Object_GC_UnTrack(function);
        *place = list;
        py._DecRef(visible); /* the function has it in place of the interpreter */
    } else {
        object_release(list);
        object_release(function); /* else it is kept for good: older versions cannot free what is not tracked */
    }
    object_release(visible);
    py.Err_Clear();
}
