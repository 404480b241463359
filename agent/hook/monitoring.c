/*
** The idea: PY_START is on for all code, and sees each code object once. If the filter leaves it out, the callback
** answers DISABLE and that code costs nothing any more; if not, its events are set on that code object alone.
** PY_UNWIND and PY_THROW can be set on one code object only from 3.15 on; before, they are on for all code as soon as
** there is code to record, and ask the code object.
**
** A callback never raises, never runs Python code, and returns None, but for DISABLE where said.
*/
#include "hook/monitoring.h"
#include "abi/frame.h"
#include "hook/decide.h"
#include "hook/tool.h"
#include "hook/trigger.h"
#include "record/fork.h"
#include "record/mark.h"
#include "record/record.h"
#include "record/task.h"

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

static long local_events;  /* of a code object that is recorded */
static long global_events; /* once there is such */
static Object *disable;    /* the same in all interpreters, which never free it */
static Tool *first;        /* of the interpreter in which recording began */

uint32_t monitoring_tool(void) { return (uint32_t)first->id; }

static void choose_events(void) {
    local_events = events[START].bit | events[RESUME].bit | events[RETURN].bit | events[YIELD].bit;
    if (process.settings.lines) local_events |= events[LINE].bit;
    global_events = events[START].bit | events[THROW].bit;
    if (py.version->unwind_local)
        local_events |= events[UNWIND].bit;
    else
        global_events |= events[UNWIND].bit;
}

const char *monitoring_prepare(void) {
    Object *monitoring = py.Sys_GetObject("monitoring"); /* borrowed; sys keeps it */
    disable = monitoring ? py.Object_GetAttrString(monitoring, "DISABLE") : NULL;
    py.Err_Clear();
    if (!disable) return "the interpreter has no sys.monitoring";
    const char *why = tool_take(events, EVENTS, &first);
    if (!why) choose_events();
    return why;
}

static bool measured_add(Object *code) { return tool_set_on(first, code, local_events); }

/* Those of the code objects are on for good. */
static bool measured_turn(bool on, bool exceptions) {
    return !exceptions || tool_set(first, on ? global_events & ~events[START].bit : 0);
}

const MeasuredHook *monitoring_measured(void) {
    static const MeasuredHook measured = {measured_add, measured_turn};
    return &measured;
}

static Code *first_seen(Tool *tool, Object *object, Object *globals);

/* The code of a frame and of those that called it. Takes over the reference to the frame. */
static void begin_in_frames(Object *frame) {
    while (frame) {
        Object *code = py.Frame_GetCode(frame), *globals = py.Frame_GetGlobals(frame);
        if (!code_find(code, first->interpreter)) first_seen(first, code, globals);
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
    Object *frames = look ? py.Object_CallFunction(look, NULL) : NULL;
    Object *pop = frames ? py.Object_GetAttrString(frames, "pop") : NULL;
    if (pop) object_release(py.Object_CallFunction(pop, "kO", py.Thread_get_thread_ident(), py.none));
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
    if (tool_set(first, events[START].bit)) {
        begin_in_running_threads();
        return NULL;
    }
    monitoring_cancel();
    return "sys.monitoring does not set the events";
}

void monitoring_cancel(void) { tool_give_back(first); }

const char *monitoring_join(bool *joined) {
    Tool *tool;
    const char *why = tool_take(events, EVENTS, &tool);
    *joined = false;
    if (why || !tool) return why;
    *joined = tool_set(tool, events[START].bit);
    if (*joined) return NULL;
    tool_give_back(tool);
    return "sys.monitoring does not set the events";
}

/*
** Decides about code that is seen for the first time, and switches its events on. NULL: its events are lost. Only then it
** is entered: another thread that finds it goes on at once, and its events must come.
*/
static Code *decide(Tool *tool, Object *object, Object *globals) {
    Code *code = decide_code(object, globals);
    if (!code || fork_left_alone) return code;
    if (object == decide_watched()) __atomic_store_n(&tool->watched, object, __ATOMIC_RELAXED);
    if (code != &code_left_out) {
        Pending pending = pending_take();
        if (!tool_set_on(tool, object, local_events)) process_fail(WIRE_FAULT_MEMORY, 0);
        bool recording = __atomic_load_n(&tool->recording, __ATOMIC_RELAXED);
        if (!recording) __atomic_store_n(&tool->recording, tool_set(tool, global_events), __ATOMIC_RELAXED);
        pending_give(pending);
    }
    if (code_enter(object, tool->interpreter, code)) return code;
    process_drop(WIRE_FAULT_MEMORY);
    return NULL;
}

static COLD Code *first_seen(Tool *tool, Object *object, Object *globals) {
    if (!object_is_code(object)) return NULL;
    uint64_t begin = process_ticks();
    Code *code = decide(tool, object, globals);
    record_own(begin);
    return code;
}

/* The Code of an object that is recorded, else NULL. Mostly it is the innermost frame's. */
static inline const Code *recorded(const Object *self, const Object *object) {
    const Thread *thread = thread_mine;
    if (LIKELY(thread && thread->top && thread->top->object == object)) return thread->top->code;
    const Code *code = code_find(object, tool_of(self)->interpreter);
    return code == &code_left_out ? NULL : code;
}

static Object *disabled(void) {
    py._IncRef(disable);
    return disable;
}

/* A forked child that is left alone switches each place off as it passes. */
static inline Object *answer(void) { return UNLIKELY(fork_left_alone) ? disabled() : py.none; }

static bool is_watched(const Object *self, const Object *object) {
    return object == __atomic_load_n(&tool_of(self)->watched, __ATOMIC_RELAXED);
}

/* What is left out need not be seen again. What could not be named may be later, unless recording has stopped. */
static COLD Object *answer_left_out(const Object *self, const Object *object, const Code *code) {
    if (code && is_watched(self, object)) {
        trigger_thread_exception();
        return py.none;
    }
    return code || fork_left_alone || process_stopped() ? disabled() : py.none;
}

/* The first start of a code object tells where its frames start. Code that is watched never tells: it comes here each time. */
static COLD void note_start(const Object *self, const Object *object, Code *code, Object *offset) {
    if (is_watched(self, object))
        trigger_thread_exception();
    else
        __atomic_store_n(&code->start, long_value(offset), __ATOMIC_RELAXED);
}

static inline uint32_t start_of(const Code *code) { return __atomic_load_n(&code->start, __ATOMIC_RELAXED); }

static Object *on_start(Object *self, Object *const *args, Ssize count) {
    (void)count;
    Code *code = code_find(args[0], tool_of(self)->interpreter);
    if (UNLIKELY(!code)) code = first_seen(tool_of(self), args[0], py.Eval_GetGlobals());
    if (!code || code == &code_left_out) return answer_left_out(self, args[0], code);
    if (UNLIKELY(start_of(code) == UINT32_MAX)) note_start(self, args[0], code, args[1]);
    if (UNLIKELY(code->coroutine) && !task_goes_on()) task_open(WIRE_CALL, args[0], frame_current(args[0]));
    record_open(WIRE_CALL, args[0], code, code->base);
    return answer();
}

static Object *on_resume(Object *self, Object *const *args, Ssize count) {
    (void)count;
    const Code *code = recorded(self, args[0]);
    if (!code) return answer();
    if (UNLIKELY(code->coroutine) && !task_goes_on()) task_open(WIRE_RESUME, args[0], frame_current(args[0]));
    record_open(WIRE_RESUME, args[0], code, code_instruction(code, long_value(args[1])));
    return answer();
}

static Object *on_line(Object *self, Object *const *args, Ssize count) {
    (void)self, (void)count;
    record_line(args[0], long_value(args[1]));
    return answer();
}

static inline void close_frame(unsigned kind, const Object *object, const Code *code) {
    record_close(kind, object, code);
    if (UNLIKELY(code->coroutine) && task_is_left()) task_close(kind);
}

static Object *on_return(Object *self, Object *const *args, Ssize count) {
    (void)count;
    const Code *code = recorded(self, args[0]);
    if (code) close_frame(WIRE_RETURN, args[0], code);
    return answer();
}

static Object *on_yield(Object *self, Object *const *args, Ssize count) {
    (void)count;
    const Code *code = recorded(self, args[0]);
    if (code) close_frame(WIRE_YIELD, args[0], code);
    return answer();
}

static Object *on_throw(Object *self, Object *const *args, Ssize count) {
    (void)count;
    const Code *code = code_find(args[0], tool_of(self)->interpreter);
    if (UNLIKELY(!code)) code = first_seen(tool_of(self), args[0], py.Eval_GetGlobals()); /* a generator that never started */
    if (!code || code == &code_left_out) return py.none;
    if (UNLIKELY(code->coroutine) && !task_goes_on()) task_open(WIRE_THROW, args[0], frame_current(args[0]));
    record_open(WIRE_THROW, args[0], code, code_instruction(code, long_value(args[1])));
    return py.none;
}

static Object *on_unwind(Object *self, Object *const *args, Ssize count) {
    (void)count;
    const Code *code = recorded(self, args[0]);
    /* A signal handler that raises where a frame starts keeps PY_START from coming: such a frame was never opened. */
    if (code && (long_value(args[1]) != start_of(code) || record_last_opened(code)))
        close_frame(WIRE_UNWIND, args[0], code);
    return py.none;
}
