/*
** The idea: PY_START is on for all code, and sees each code object once. If the filter leaves it out, the callback
** answers DISABLE and that code costs nothing any more; if not, its events are set on that code object alone.
** PY_UNWIND and PY_THROW can be set on one code object only from 3.15 on; before, they are on for all code as soon as
** there is code to record, and ask the code object.
**
** A callback never raises, never runs Python code, and returns None, but for DISABLE where said.
*/
#include "hook/monitoring.h"
#include "abi/python.h"
#include "hook/children.h"
#include "hook/trigger.h"
#include "record/fork.h"
#include "record/record.h"

typedef struct {
    const char *name; /* in sys.monitoring.events */
    Callback callback;
    MethodDef method;
    long bit;
} Event;

static Object *on_start(Object *self, Object *const *args, Ssize count);
static Object *on_resume(Object *self, Object *const *args, Ssize count);
static Object *on_return(Object *self, Object *const *args, Ssize count);
static Object *on_yield(Object *self, Object *const *args, Ssize count);
static Object *on_line(Object *self, Object *const *args, Ssize count);
static Object *on_unwind(Object *self, Object *const *args, Ssize count);
static Object *on_throw(Object *self, Object *const *args, Ssize count);

enum { START, RESUME, RETURN, YIELD, LINE, UNWIND, THROW, EVENTS };

static Event events[EVENTS] = {
    {.name = "PY_START", .callback = on_start},   {.name = "PY_RESUME", .callback = on_resume},
    {.name = "PY_RETURN", .callback = on_return}, {.name = "PY_YIELD", .callback = on_yield},
    {.name = "LINE", .callback = on_line},        {.name = "PY_UNWIND", .callback = on_unwind},
    {.name = "PY_THROW", .callback = on_throw},
};

static long tool = -1;
static long local_events;  /* of a code object that is recorded */
static long global_events; /* once there is such */
static bool recording;     /* global_events are set */
static const Object *watched; /* code that starts when an exception was not caught in a thread */
static Object *disable, *set_local, *set_global, *monitoring;

uint32_t monitoring_tool(void) { return (uint32_t)tool; }

/* object.name, a new reference; NULL without an exception. */
static Object *attribute(Object *object, const char *name) {
    Object *found = object ? py.Object_GetAttrString(object, name) : NULL;
    if (!found) py.Err_Clear();
    return found;
}

/* Drops a call's result; whether it succeeded. */
static bool done(Object *result) {
    if (!result) {
        py.Err_Clear();
        return false;
    }
    py._DecRef(result);
    return true;
}

/* From the end: 0, 1 and 2 are for debuggers, coverage tools and profilers, and 5 is for optimizers, of which there are none. */
static bool take_tool(void) {
    static const int order[] = {5, 4, 3, 2, 1, 0};
    Object *use = attribute(monitoring, "use_tool_id");
    for (size_t i = 0; use && i < COUNT(order) && tool < 0; i++)
        if (done(py.Object_CallFunction(use, "is", order[i], "tracer"))) tool = order[i];
    object_release(use);
    return tool >= 0;
}

static bool register_callbacks(void) {
    Object *names = attribute(monitoring, "events"), *give = attribute(monitoring, "register_callback");
    bool fine = names && give;
    for (int i = 0; fine && i < EVENTS; i++) {
        Event *event = &events[i];
        Object *bit = attribute(names, event->name);
        event->bit = bit ? py.Long_AsLong(bit) : 0;
        object_release(bit);
        event->method = (MethodDef){event->name, (void *)event->callback, METHOD_FASTCALL, NULL};
        Object *function = py.CFunction_NewEx(&event->method, NULL, NULL);
        fine = event->bit > 0 && function && done(py.Object_CallFunction(give, "llO", tool, event->bit, function));
        object_release(function);
    }
    object_release(names);
    object_release(give);
    return fine;
}

const char *monitoring_prepare(void) {
    monitoring = py.Sys_GetObject("monitoring"); /* borrowed; sys keeps it */
    disable = attribute(monitoring, "DISABLE");
    set_local = attribute(monitoring, "set_local_events");
    set_global = attribute(monitoring, "set_events");
    if (!disable || !set_local || !set_global) return "the interpreter has no sys.monitoring";
    if (!take_tool()) return "all six tool ids of sys.monitoring are in use by other tools";
    if (register_callbacks()) return NULL;
    monitoring_cancel();
    return "sys.monitoring does not take the callbacks";
}

static Code *first_seen(Object *object, Object *globals);

/* The code of a frame and of those that called it. Takes over the reference to the frame. */
static void begin_in_frames(Object *frame) {
    while (frame) {
        Object *code = py.Frame_GetCode(frame), *globals = py.Frame_GetGlobals(frame);
        if (!code_find(code)) first_seen(code, globals);
        object_release(code);
        object_release(globals);
        Object *back = py.Frame_GetBack(frame);
        py._DecRef(frame);
        frame = back;
    }
}

/*
** Threads that run already may be in a function that does not start again for long: its code is decided about now, and
** its next line opens its frame. The calling thread is left out: it is in the loader.
*/
static void begin_in_running_threads(void) {
    Object *look = py.Sys_GetObject("_current_frames"); /* borrowed */
    Object *frames = look ? py.Object_CallFunction(look, NULL) : NULL, *pop = attribute(frames, "pop");
    if (pop) done(py.Object_CallFunction(pop, "kO", py.Thread_get_thread_ident(), py.none));
    Object *list = frames ? py.Dict_Values(frames) : NULL;
    for (Ssize i = 0, n = list ? py.List_Size(list) : 0; i < n; i++) {
        Object *frame = py.List_GetItem(list, i);
        py._IncRef(frame);
        begin_in_frames(frame);
    }
    object_release(list);
    object_release(pop);
    object_release(frames);
    py.Err_Clear();
}

const char *monitoring_begin(void) {
    local_events = events[START].bit | events[RESUME].bit | events[RETURN].bit | events[YIELD].bit;
    if (process.settings.lines) local_events |= events[LINE].bit;
    global_events = events[START].bit | events[THROW].bit;
    if (py.version->unwind_local)
        local_events |= events[UNWIND].bit;
    else
        global_events |= events[UNWIND].bit;
    if (done(py.Object_CallFunction(set_global, "ll", tool, events[START].bit))) {
        begin_in_running_threads();
        return NULL;
    }
    monitoring_cancel();
    return "sys.monitoring does not set the events";
}

void monitoring_cancel(void) {
    Object *give_back = attribute(monitoring, "free_tool_id");
    if (give_back) done(py.Object_CallFunction(give_back, "l", tool));
    object_release(give_back);
    tool = -1;
}

/* Code that cannot be named is tried again, as long as events are dropped only; but not each time. */
static Code *decided(Object *object, Object *globals) {
    enum { RETRY = 1024 };
    static uint32_t unnamed;
    Code *code = unnamed % RETRY == 0 ? code_decide(object, globals) : NULL;
    unnamed = code ? 0 : unnamed + 1;
    if (!code) process_drop(WIRE_FAULT_NAMES);
    if (code && trigger_watches(object, globals)) watched = object;
    return code;
}

/* Decides about code that is seen for the first time. NULL: its events are lost. */
static COLD Code *first_seen(Object *object, Object *globals) {
    children_look();
    if (!fork_follow()) return &code_left_out;
    uint32_t fault;
    bool stopped = !process_open(&fault) && process_stopped();
    Code *code = stopped ? code_decide(object, globals) : decided(object, globals);
    if (stopped && !code) process_drop(fault); /* once: it is switched off then */
    if (!code || code == &code_left_out) return code;
    Pending pending = pending_take();
    if (!done(py.Object_CallFunction(set_local, "lOl", tool, object, local_events))) process_fail(WIRE_FAULT_MEMORY, 0);
    if (!recording) recording = done(py.Object_CallFunction(set_global, "ll", tool, global_events));
    pending_give(pending);
    return code;
}

/* The Code of an object that is recorded, else NULL. Mostly it is the innermost frame's. */
static inline const Code *recorded(const Object *object) {
    const Thread *thread = thread_mine;
    if (LIKELY(thread && thread->top && thread->top->object == object)) return thread->top->code;
    const Code *code = code_find(object);
    return code == &code_left_out ? NULL : code;
}

static Object *disabled(void) {
    py._IncRef(disable);
    return disable;
}

/* A forked child that is left alone switches each place off as it passes. */
static inline Object *answer(void) { return UNLIKELY(fork_left_alone) ? disabled() : py.none; }

/* What is left out need not be seen again. What could not be named may be later, unless recording has stopped. */
static COLD Object *answer_left_out(const Object *object, const Code *code) {
    if (code && object == watched) {
        trigger_thread_exception();
        return py.none;
    }
    return code || fork_left_alone || process_stopped() ? disabled() : py.none;
}

/* The first start of a code object tells where its frames start. Code that is watched never tells: it comes here each time. */
static COLD void note_start(const Object *object, Code *code, Object *offset) {
    if (object == watched)
        trigger_thread_exception();
    else
        code->start = long_value(offset);
}

static Object *on_start(Object *self, Object *const *args, Ssize count) {
    (void)self, (void)count;
    Code *code = code_find(args[0]);
    if (UNLIKELY(!code)) code = first_seen(args[0], py.Eval_GetGlobals());
    if (!code || code == &code_left_out) return answer_left_out(args[0], code);
    if (UNLIKELY(code->start == UINT32_MAX)) note_start(args[0], code, args[1]);
    record_open(WIRE_CALL, args[0], code, code->base);
    return answer();
}

static Object *on_resume(Object *self, Object *const *args, Ssize count) {
    (void)self, (void)count;
    const Code *code = recorded(args[0]);
    if (code) record_open(WIRE_RESUME, args[0], code, code_instruction(code, long_value(args[1])));
    return answer();
}

static Object *on_line(Object *self, Object *const *args, Ssize count) {
    (void)self, (void)count;
    record_line(args[0], long_value(args[1]));
    return answer();
}

static Object *on_return(Object *self, Object *const *args, Ssize count) {
    (void)self, (void)count;
    const Code *code = recorded(args[0]);
    if (code) record_close(WIRE_RETURN, args[0], code);
    return answer();
}

static Object *on_yield(Object *self, Object *const *args, Ssize count) {
    (void)self, (void)count;
    const Code *code = recorded(args[0]);
    if (code) record_close(WIRE_YIELD, args[0], code);
    return answer();
}

static Object *on_throw(Object *self, Object *const *args, Ssize count) {
    (void)self, (void)count;
    const Code *code = code_find(args[0]);
    if (UNLIKELY(!code)) code = first_seen(args[0], py.Eval_GetGlobals()); /* a generator that never started */
    if (code && code != &code_left_out)
        record_open(WIRE_THROW, args[0], code, code_instruction(code, long_value(args[1])));
    return py.none;
}

static Object *on_unwind(Object *self, Object *const *args, Ssize count) {
    (void)self, (void)count;
    const Code *code = recorded(args[0]);
    /* A signal handler that raises where a frame starts keeps PY_START from coming: such a frame was never opened. */
    if (code && (long_value(args[1]) != code->start || record_last_opened(code)))
        record_close(WIRE_UNWIND, args[0], code);
    return py.none;
}
