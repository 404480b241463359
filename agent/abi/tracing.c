#include "abi/tracing.h"
#include "os/os.h"

static struct {
    ThreadState *(*get)(void), *(*swap)(ThreadState *), *(*next)(ThreadState *), *(*first)(void *);
    void *(*interpreters)(void), *(*next_interpreter)(void *);
    Object *(*frame)(ThreadState *); /* 3.9 and later */
    ThreadState *(*create)(void *);
    void (*clear)(ThreadState *), (*destroy)(ThreadState *);
    void (*set[2])(TraceFunction, Object *);
    char *runtime;
} api;

Older older;

ThreadState *tracing_thread(void) { return api.get(); }

ThreadState *tracing_next(ThreadWalk *walk) {
    walk->at = walk->at ? api.next(walk->at) : NULL;
    while (!walk->at) {
        walk->interpreter = walk->interpreter ? api.next_interpreter(walk->interpreter) : api.interpreters();
        if (!walk->interpreter) return NULL;
        walk->at = api.first(walk->interpreter);
    }
    return walk->at;
}

static void *field(const ThreadState *thread, uint16_t at) { return (char *)thread + at; }

static TraceFunction *function_of(const ThreadState *thread, TraceSlot slot) {
    return field(thread, older.thread_function[slot]);
}

static Object **object_of(const ThreadState *thread, TraceSlot slot) {
    return field(thread, older.thread_object[slot]);
}

Hooked tracing_get(const ThreadState *thread, TraceSlot slot) {
    return (Hooked){*function_of(thread, slot), *object_of(thread, slot)};
}

/* Whether the interpreter is to call anything: what a callback finds switched off is switched on behind it. */
static void update_use(const ThreadState *thread) {
    const Older *v = &older;
    char *at = field(thread, v->thread_use);
    if (v->use_inside) at = *(char **)at;
    if (*(int *)field(thread, v->thread_tracing)) return;
    bool use = *function_of(thread, TRACE_SLOT) || *function_of(thread, PROFILE_SLOT);
    if (v->use_size == 1)
        *(uint8_t *)at = use ? 255 : 0;
    else
        put32(at, use);
}

/* How many threads have a trace function; NULL where that is not counted, or not to be found. */
static int *counter(const ThreadState *thread) {
    const Older *v = &older;
    if (v->counter == COUNTER_RUNTIME) return (int *)(api.runtime + v->counter_at);
    if (v->counter == COUNTER_INTERPRETER) return (int *)(*(char **)field(thread, v->thread_interpreter) + v->counter_at);
    return NULL;
}

/* Where the counter cannot be found, which are versions without audit events. */
static void set_by_api(ThreadState *thread, TraceSlot slot, Hooked next) {
    ThreadState *own = api.swap(thread);
    api.set[slot](next.function, next.object);
    api.swap(own);
}

Hooked tracing_exchange(ThreadState *thread, TraceSlot slot, Hooked next) {
    Hooked before = tracing_get(thread, slot);
    int change = (next.function != NULL) - (before.function != NULL);
    if (change && slot == TRACE_SLOT && older.counter == COUNTER_HIDDEN) {
        if (before.object) py._IncRef(before.object);
        set_by_api(thread, slot, next);
        object_release(next.object);
        return before;
    }
    int *threads = slot == TRACE_SLOT ? counter(thread) : NULL;
    if (threads) *threads += change;
    *function_of(thread, slot) = next.function;
    *object_of(thread, slot) = next.object;
    update_use(thread);
    return before;
}

static void *innermost(const ThreadState *thread) {
    const Older *v = &older;
    if (!v->frame_inside) return *(void **)field(thread, v->thread_frame);
    return *(void **)(*(char **)field(thread, v->thread_use) + v->thread_frame);
}

bool tracing_idle(const ThreadState *thread) { return !innermost(thread); }

Object *tracing_frame(ThreadState *thread) {
    if (api.frame) return api.frame(thread);
    Object *frame = innermost(thread);
    if (frame) py._IncRef(frame);
    return frame;
}

int64_t frame_instruction(const Object *frame, const Object *code) {
    const Older *v = &older;
    const char *at = (const char *)frame_inside(frame) + v->frame_instruction;
    int last = *(const int *)at;
    if (v->step) return last < 0 ? -1 : last * (int64_t)v->step;
    return *(const char *const *)at - code_instructions(code).at;
}

/* What the callback of the check has found. */
static struct {
    unsigned lines;
    bool wrong;
} seen;

static bool same_instruction(Object *frame) {
    Object *attribute = py.Object_GetAttrString(frame, "f_lasti");
    bool same = attribute && py.Long_AsLong(attribute) == frame_instruction(frame, frame_code(frame));
    object_release(attribute);
    return same;
}

static int check_frame(Object *self, Object *frame, int what, Object *arg) {
    (void)self, (void)arg;
    if (what != TRACE_LINE && what != TRACE_CALL) return 0;
    Object *code = py.Frame_GetCode(frame);
    Object *attribute = py.Object_GetAttrString(frame, "f_code");
    seen.wrong |= code != frame_code(frame) || code != attribute || !same_instruction(frame);
    seen.wrong |= py.Frame_GetLineNumber(frame) != (int)frame_line(frame);
    seen.lines += what == TRACE_LINE;
    object_release(code);
    object_release(attribute);
    return 0;
}

static bool check_set(ThreadState *thread, TraceSlot slot) {
    int *threads = slot == TRACE_SLOT ? counter(thread) : NULL, before = threads ? *threads : 0;
    api.set[slot](check_frame, py.none);
    Hooked now = tracing_get(thread, slot);
    bool fine = now.function == check_frame && now.object == py.none && (!threads || *threads == before + 1);
    api.set[slot](NULL, NULL);
    now = tracing_get(thread, slot);
    return fine && !now.function && !now.object && (!threads || *threads == before);
}

/* A call of a Python function that every interpreter has loaded by now. */
static bool check_events(ThreadState *thread) {
    Object *modules = py.Sys_GetObject("modules"), *module = py.Dict_GetItemString(modules, "posixpath");
    Object *function = module ? py.Object_GetAttrString(module, "join") : NULL;
    py._IncRef(py.none);
    tracing_exchange(thread, TRACE_SLOT, (Hooked){check_frame, py.none});
    Object *result = function ? py.Object_CallFunction(function, "ss", "a", "b") : NULL;
    Hooked ours = tracing_exchange(thread, TRACE_SLOT, (Hooked){NULL, NULL});
    object_release(ours.object);
    object_release(result);
    object_release(function);
    py.Err_Clear();
    return result && seen.lines > 2 && !seen.wrong;
}

/* In a thread state of its own: another tool may have set its function in the thread's already, and is not to be told. */
static bool checked(void) {
    ThreadState *thread = tracing_thread();
    ThreadWalk walk = {0};
    while (tracing_next(&walk) && walk.at != thread) {}
    ThreadState *other = walk.at ? api.create(walk.interpreter) : NULL;
    if (!other) return false;
    api.swap(other);
    bool fine = check_set(other, TRACE_SLOT) && check_set(other, PROFILE_SLOT) && check_events(other);
    api.clear(other);
    api.swap(thread);
    api.destroy(other);
    return fine;
}

const char *tracing_start(void) {
#define FIND(field, name)                    \
    *(void **)&api.field = os_symbol(name);  \
    if (!api.field) return "the interpreter does not export " name;
    FIND(get, "PyThreadState_Get")
    FIND(swap, "PyThreadState_Swap")
    FIND(next, "PyThreadState_Next")
    FIND(first, "PyInterpreterState_ThreadHead")
    FIND(interpreters, "PyInterpreterState_Head")
    FIND(next_interpreter, "PyInterpreterState_Next")
    FIND(create, "PyThreadState_New")
    FIND(clear, "PyThreadState_Clear")
    FIND(destroy, "PyThreadState_Delete")
    FIND(set[TRACE_SLOT], "PyEval_SetTrace")
    FIND(set[PROFILE_SLOT], "PyEval_SetProfile")
#undef FIND
    *(void **)&api.frame = os_symbol("PyThreadState_GetFrame");
    api.runtime = os_symbol("_PyRuntime");
    if (older.counter == COUNTER_RUNTIME && !api.runtime) return "the interpreter does not export _PyRuntime";
    return checked() ? NULL : "its thread states or frames are not laid out as this version's are (a debug or modified build?)";
}
