/*
** The idea: each thread state has the agent's function in its slot (see holder.h), and the interpreter calls that for
** whatever happens in the thread, wanted or not. So the way of an event is: the frame's code object, compared with that of
** the thread's innermost recorded frame; else looked up.
**
** "call" tells of a start, and of a generator that goes on: where the frame stands tells the two apart. A generator that
** goes on with an exception is told of by "call" and "exception", between which the frame did not move. "return" tells of
** a return and of a yield, which the instruction tells apart, and of an exception that leaves the frame.
*/
#include "hook/tracing.h"
#include "abi/tracing.h"
#include "hook/decide.h"
#include "hook/holder.h"
#include "hook/trigger.h"
#include "hook/wrapped.h"
#include "os/os.h"
#include "record/fork.h"
#include "record/mark.h"
#include "record/qualname.h"
#include "record/record.h"
#include "record/task.h"

enum { RETURN_VALUE = 83, YIELD_VALUE = 86, YIELD_FROM = 72, RESUME = 151, RESUME_QUICK = 150 };

static __thread int64_t resumed_at; /* where the generator stands that was resumed last */

static void begin_in_threads(void);

/* Decides about code that is seen for the first time. NULL: its events are lost. */
static Code *decide(const Object *frame, const Object *object) {
    Object *globals = py.Frame_GetGlobals((Object *)frame);
    Code *code = decide_code((Object *)object, globals);
    object_release(globals);
    if (!code || fork_left_alone) return code;
    begin_in_threads();
    if (code_enter(object, interpreter_number(), code)) return code;
    process_drop(WIRE_FAULT_MEMORY);
    return NULL;
}

static COLD Code *first_seen(const Object *frame, const Object *object) {
    uint64_t begin = process_ticks();
    Code *code = decide(frame, object);
    record_own(begin);
    return code;
}

/* Whether it is the code of the innermost frame that is recorded. A fork leaves a thread without one. */
static inline bool is_innermost(const Object *object) {
    const Thread *thread = thread_mine;
    return thread && thread->top && thread->top->object == object;
}

/* The Code of an object that is recorded, else NULL. Mostly it is the innermost frame's. */
static inline const Code *recorded(const Object *object) {
    if (LIKELY(is_innermost(object))) return thread_mine->top->code;
    const Code *code = code_find(object, interpreter_number());
    return code == &code_left_out ? NULL : code;
}

static inline unsigned char instruction(const Object *object, int64_t at) {
    Text text = code_instructions(object);
    return at >= 0 && (size_t)at < text.size ? (unsigned char)text.at[at] : 0;
}

/* Where a frame stands that is suspended: at the yield. In front of it, if that is a yield from, until 3.10. */
static int64_t suspended_at(const Object *object, int64_t at) {
    bool in_front = !older.frame_inside && py.version->unit == 2 && instruction(object, at + 2) == YIELD_FROM;
    return in_front ? at + 2 : at;
}

/* Code that can be suspended is started, or goes on. */
static void on_enter(const Object *frame, const Object *object, const Code *code) {
    int64_t at = frame_instruction(frame, object);
    unsigned kind = at < 0 ? WIRE_CALL : WIRE_RESUME;
    if (older.frame_inside) { /* 3.11 tells of the instruction that resumes, and of a throw in front of it */
        unsigned char operation = instruction(object, at);
        bool resumes = operation == RESUME || operation == RESUME_QUICK;
        kind = !resumes ? WIRE_THROW : instruction(object, at + 1) & 3 ? WIRE_RESUME : WIRE_CALL;
    }
    resumed_at = at;
    uint32_t unit = (uint32_t)suspended_at(object, at) * 2 / py.version->unit;
    if (UNLIKELY(code->coroutine) && !task_goes_on()) task_open(kind, object, frame_inside(frame));
    record_open(kind, object, code, kind == WIRE_CALL || at < 0 ? code->base : code_instruction(code, unit));
}

static inline void on_call(const Object *frame, const Object *object) {
    Code *code = code_find(object, interpreter_number());
    if (UNLIKELY(!code)) code = first_seen(frame, object);
    if (UNLIKELY(object == decide_watched())) trigger_thread_exception();
    if (!code || code == &code_left_out) return;
    if (code->units)
        on_enter(frame, object, code);
    else
        record_open(WIRE_CALL, object, code, code->base);
}

static bool yields(const Object *frame, const Object *object) {
    unsigned char operation = instruction(object, suspended_at(object, frame_instruction(frame, object)));
    return operation == YIELD_VALUE || operation == YIELD_FROM;
}

/* 3.11 runs signal handlers in front of "call": where one raises, the frame was never opened. */
static bool was_opened(const Object *frame, const Object *object, const Code *code) {
    if (!older.frame_inside) return true;
    unsigned char operation = instruction(object, frame_instruction(frame, object));
    return (operation != RESUME && operation != RESUME_QUICK) || record_last_opened(code);
}

/*
** 3.11 tells nothing of a coroutine that goes on because what it awaited has ended by an exception that was thrown in. It
** shows when something else is told of it. Called when the innermost frame is another one.
*/
static COLD void look_for_untold(const Object *frame, const Object *object, const Code *code) {
    if (!older.frame_inside || !code->units || record_is_open(code)) return;
    record_open(WIRE_RESUME, object, code, code_instruction(code, (uint32_t)frame_instruction(frame, object)));
}

static inline void on_return(const Object *frame, const Object *object, const Object *value) {
    const Code *code = recorded(object);
    if (!code) return;
    if (UNLIKELY(!is_innermost(object))) look_for_untold(frame, object, code);
    unsigned kind = WIRE_RETURN;
    if (!value) {
        if (!was_opened(frame, object, code)) return;
        kind = WIRE_UNWIND;
    } else if (code->units && yields(frame, object)) {
        kind = WIRE_YIELD;
    }
    record_close(kind, object, code);
    if (UNLIKELY(code->coroutine) && task_is_left()) task_close(kind);
}

static inline void on_exception(const Object *frame, const Object *object) {
    if (older.frame_inside || !is_innermost(object)) return;
    const Code *code = thread_mine->top->code;
    if (code->units && frame_instruction(frame, object) == resumed_at) record_throw(code);
}

#ifdef TRACER_NOOP
static inline void on_line(const Object *frame, const Object *object) { (void)frame, (void)object; }
#else
static inline void on_line(const Object *frame, const Object *object) {
    if (UNLIKELY(!is_innermost(object))) {
        const Code *code = code_find(object, interpreter_number());
        if (!code || code == &code_left_out) return;
        look_for_untold(frame, object, code);
    }
    record_line(object, frame_line(frame));
}
#endif

/* The function in each thread's slot. Its result 0 says that nothing was raised. */
static int on_event(Object *self, Object *frame, int what, Object *arg) {
    (void)self;
    const Object *object = frame_code(frame);
    if (LIKELY(what == TRACE_LINE))
        on_line(frame, object);
    else if (what == TRACE_CALL)
        on_call(frame, object);
    else if (what == TRACE_RETURN)
        on_return(frame, object, arg);
    else if (what == TRACE_EXCEPTION)
        on_exception(frame, object);
    if (UNLIKELY(fork_left_alone)) holder_unhook(tracing_thread());
    return 0;
}

/* The code of the frames that a thread runs already is decided about now; the next line of each opens it. */
static void begin_in_frames(Object *frame) {
    while (frame) {
        Object *code = py.Frame_GetCode(frame);
        if (!code_find(code, interpreter_number())) first_seen(frame, code);
        Object *back = py.Frame_GetBack(frame);
        object_release(code);
        py._DecRef(frame);
        frame = back;
    }
}

/* Thread states that have come about unnoticed: made by code in C, or by another interpreter. */
static void begin_in_threads(void) {
    ThreadWalk walk = {0};
    while (tracing_next(&walk))
        if (holder_hook(walk.at) && walk.at != tracing_thread()) begin_in_frames(tracing_frame(walk.at));
}

static Object *on_start_thread(Object *self, void *a, void *b, void *c);
static Object *on_start_new(Object *self, void *a, void *b, void *c);
static Object *on_start_thread_2(Object *self, void *a, void *b, void *c);
static Object *on_start_new_2(Object *self, void *a, void *b, void *c);

/* Each name has a definition of its own, and Python 2 another module. */
enum { START_NEW_THREAD, START_NEW, START_NEW_THREAD_2, START_NEW_2, STARTS };
static Wrapped starts[STARTS] = {
    {"_thread", "start_new_thread", on_start_thread, 0, NULL},
    {"_thread", "start_new", on_start_new, 0, NULL},
    {"thread", "start_new_thread", on_start_thread_2, 0, NULL},
    {"thread", "start_new", on_start_new_2, 0, NULL},
};

/* The new thread has its thread state, and cannot run before this one gives up the interpreter's lock. */
static Object *start_thread(const Call *call) {
    Object *result = call_original(call);
    if (result && !fork_left_alone) begin_in_threads();
    return result;
}

static Object *on_start_thread(Object *self, void *a, void *b, void *c) {
    return start_thread(&(Call){&starts[START_NEW_THREAD], self, a, b, c});
}
static Object *on_start_new(Object *self, void *a, void *b, void *c) {
    return start_thread(&(Call){&starts[START_NEW], self, a, b, c});
}
static Object *on_start_thread_2(Object *self, void *a, void *b, void *c) {
    return start_thread(&(Call){&starts[START_NEW_THREAD_2], self, a, b, c});
}
static Object *on_start_new_2(Object *self, void *a, void *b, void *c) {
    return start_thread(&(Call){&starts[START_NEW_2], self, a, b, c});
}

/* Code objects have no number of their own: they are forgotten when they go. */
static void (*free_code)(Object *);

static void on_code_freed(Object *code) {
    code_forget(code);
    qualname_forget(code);
    free_code(code);
}

static bool watch_code(void) {
    enum { DEALLOC = 48 }; /* PyTypeObject.tp_dealloc */
    char *type = os_symbol("PyCode_Type");
    if (!type) return false;
    void (**place)(Object *) = (void (**)(Object *))(type + DEALLOC);
    free_code = *place;
    __atomic_store_n(place, on_code_freed, __ATOMIC_RELEASE);
    return true;
}

const char *tracing_prepare(void) {
    holder_start(process.settings.lines ? TRACE_SLOT : PROFILE_SLOT, on_event);
    return watch_code() ? NULL : "the interpreter does not export PyCode_Type";
}

static bool measured_add(Object *code) {
    (void)code;
    return true;
}

/* Where the program has a function in the slot already, it would be told of what is measured. */
static bool measured_turn(bool on, bool exceptions) {
    (void)exceptions;
    ThreadState *thread = tracing_thread();
    TraceSlot slot = process.settings.lines ? TRACE_SLOT : PROFILE_SLOT;
    if (on) return !tracing_get(thread, slot).function && holder_hook(thread);
    holder_unhook(thread);
    return true;
}

const MeasuredHook *tracing_measured(void) {
    static const MeasuredHook measured = {measured_add, measured_turn};
    return &measured;
}

const char *tracing_begin(void) {
    holder_wrap();
    for (int i = 0; i < STARTS; i++) wrap(&starts[i]);
    begin_in_threads();
    return NULL;
}

const char *tracing_join(bool *joined) {
    begin_in_threads();
    *joined = true;
    return NULL;
}
