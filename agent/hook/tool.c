#include "hook/tool.h"
#include "abi/parallel.h"
#include "os/os.h"

/* Interpreters begin and end at the same time. Nothing is asked of them while this is held. */
static ForkLock lock;
static Tool *tools;  /* those that are in use */
static Tool *unused; /* memory of those that are not */

/* A tool for an interpreter; *known if it has one. NULL: no memory. */
static Tool *enter(uint32_t interpreter, bool *known) {
    *known = false;
    fork_lock_take(&lock);
    for (const Tool *tool = tools; tool; tool = tool->next) *known |= tool->interpreter == interpreter;
    Tool *tool = unused;
    if (*known)
        tool = NULL;
    else if (tool)
        unused = tool->next;
    else
        tool = os_memory(sizeof *tool);
    if (tool) *tool = (Tool){.interpreter = interpreter, .id = -1, .next = tools};
    if (tool) tools = tool;
    fork_lock_give(&lock);
    return tool;
}

static void leave(Tool *tool) {
    object_release(tool->set_local);
    object_release(tool->set_global);
    fork_lock_take(&lock);
    Tool **link = &tools;
    while (*link && *link != tool) link = &(*link)->next;
    if (*link) *link = tool->next;
    tool->next = unused;
    unused = tool;
    fork_lock_give(&lock);
}

/* The last callback is gone. */
static void capsule_ends(Object *capsule) { leave(tool_of(capsule)); }

/* object.name, a new reference; NULL without an exception. */
static Object *attribute(Object *object, const char *name) {
    Object *found = object ? py.Object_GetAttrString(object, name) : NULL;
    if (!found) py.Err_Clear();
    return found;
}

/* Drops a call's result; whether it succeeded. */
static bool done(Object *result) {
    if (!result) py.Err_Clear();
    object_release(result);
    return result != NULL;
}

bool tool_set(const Tool *tool, long bits) { return done(py.Object_CallFunction(tool->set_global, "ll", tool->id, bits)); }

bool tool_set_on(const Tool *tool, Object *code, long bits) {
    return done(py.Object_CallFunction(tool->set_local, "lOl", tool->id, code, bits));
}

/* From the end: 0, 1 and 2 are for debuggers, coverage tools and profilers, and 5 is for optimizers, of which there are none. */
static bool take_id(Tool *tool, Object *monitoring) {
    static const int order[] = {5, 4, 3, 2, 1, 0};
    Object *use = attribute(monitoring, "use_tool_id");
    for (size_t i = 0; use && i < COUNT(order) && tool->id < 0; i++)
        if (done(py.Object_CallFunction(use, "is", order[i], "tracer"))) tool->id = order[i];
    object_release(use);
    return tool->id >= 0;
}

/* The definitions are shared: only the first interpreter, which is alone then, writes them. */
static bool define(Event *event, Object *names) {
    if (event->bit) return true;
    Object *bit = attribute(names, event->name);
    event->bit = bit ? py.Long_AsLong(bit) : 0;
    object_release(bit);
    event->method = (MethodDef){event->name, (void *)event->callback, METHOD_FASTCALL, NULL};
    return event->bit > 0;
}

static bool register_callbacks(Tool *tool, Object *monitoring, Object *capsule, Event *events, size_t count) {
    Object *names = attribute(monitoring, "events"), *give = attribute(monitoring, "register_callback");
    bool fine = names && give;
    for (size_t i = 0; fine && i < count; i++) {
        Object *function = define(&events[i], names) ? py.CFunction_NewEx(&events[i].method, capsule, NULL) : NULL;
        fine = function && done(py.Object_CallFunction(give, "llO", tool->id, events[i].bit, function));
        object_release(function);
    }
    object_release(names);
    object_release(give);
    return fine;
}

/* Takes over the tool: it goes with the capsule. */
static const char *take(Tool *tool, Event *events, size_t count) {
    Object *monitoring = py.Sys_GetObject("monitoring"); /* borrowed; sys keeps it */
    Object *capsule = py.Capsule_New(tool, NULL, capsule_ends);
    const char *why = NULL;
    if (!capsule || tool_of(capsule) != tool) {
        py.Err_Clear();
        leave(tool);
        return "there is no memory for a capsule, or it is none";
    }
    tool->set_local = attribute(monitoring, "set_local_events");
    tool->set_global = attribute(monitoring, "set_events");
    if (!tool->set_local || !tool->set_global)
        why = "the interpreter has no sys.monitoring";
    else if (!take_id(tool, monitoring))
        why = "all six tool ids of sys.monitoring are in use by other tools";
    else if (!register_callbacks(tool, monitoring, capsule, events, count))
        why = "sys.monitoring does not take the callbacks";
    if (why) tool_give_back(tool);
    py._DecRef(capsule);
    return why;
}

const char *tool_take(Event *events, size_t count, Tool **out) {
    bool known;
    Tool *tool = enter(interpreter_number(), &known);
    *out = NULL;
    if (!tool) return known ? NULL : "there is no memory";
    const char *why = take(tool, events, count);
    if (!why) *out = tool;
    return why;
}

/* Before 3.14, the callbacks stay registered with an id that nobody has. They are not called. */
void tool_give_back(Tool *tool) {
    Object *give_back = tool->id < 0 ? NULL : attribute(py.Sys_GetObject("monitoring"), "free_tool_id");
    if (give_back) done(py.Object_CallFunction(give_back, "l", tool->id));
    object_release(give_back);
}
