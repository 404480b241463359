#include "hook/holder.h"
#include "hook/wrapped.h"
#include "record/mark.h"
#include "store/process.h"

/* One stands beside the agent's function in a thread's slot, in a capsule. It ends with the capsule. */
typedef struct Holder {
    ThreadState *thread;
    Hooked program; /* what the program has set; its reference is ours */
    struct Holder *next_free;
} Holder;

static TraceSlot slot;
static TraceFunction agent;
static Holder *unused;
static __thread unsigned handing; /* the slot is changed with our knowledge, and will be looked at */

static int on_shared(Object *capsule, Object *frame, int what, Object *arg);
static void on_dropped(Object *capsule);

static Holder *holder_of(Object *capsule) { return py.Capsule_GetPointer(capsule, NULL); }

static bool is_agent(Hooked hooked) { return hooked.function == agent || hooked.function == on_shared; }

static Holder *take(void) {
    enum { MANY = 64 };
    if (!unused) {
        Holder *block = os_memory(MANY * sizeof *block);
        for (int i = 0; block && i < MANY; i++) {
            block[i].next_free = unused;
            unused = &block[i];
        }
    }
    Holder *holder = unused;
    if (holder) unused = holder->next_free;
    return holder;
}

static void give_back(Holder *holder) {
    holder->next_free = unused;
    unused = holder;
}

bool holder_hook(ThreadState *thread) {
    if (is_agent(tracing_get(thread, slot))) return false;
    Pending pending = pending_take();
    Holder *holder = take();
    Object *capsule = holder ? py.Capsule_New(holder, NULL, on_dropped) : NULL;
    if (capsule) {
        TraceFunction function = tracing_get(thread, slot).function ? on_shared : agent;
        *holder = (Holder){.thread = thread};
        holder->program = tracing_exchange(thread, slot, (Hooked){function, capsule});
    } else if (holder) {
        give_back(holder);
    }
    py.Err_Clear();
    pending_give(pending);
    return capsule != NULL;
}

void holder_unhook(ThreadState *thread) {
    Hooked ours = tracing_get(thread, slot);
    if (!is_agent(ours)) return;
    Holder *holder = holder_of(ours.object);
    tracing_exchange(thread, slot, holder->program);
    holder->program = (Hooked){0};
    handing++;
    py._DecRef(ours.object);
    handing--;
}

/* The agent has lost the slot to another tool, and an event in the other slot has come after that. */
static int on_watch(Object *self, Object *frame, int what, Object *arg) {
    (void)self;
    ThreadState *thread = tracing_thread();
    tracing_exchange(thread, slot == TRACE_SLOT ? PROFILE_SLOT : TRACE_SLOT, (Hooked){0});
    if (!holder_hook(thread)) return 0;
    record_gap();
    /* The other tool has been told of this call or return already; a profile function is called after it. */
    if (slot == TRACE_SLOT && (what == TRACE_CALL || what == TRACE_RETURN)) agent(NULL, frame, what, arg);
    return 0;
}

static void taken(ThreadState *thread) {
    __atomic_fetch_add(control64(WIRE_CONTROL_TAKEN), 1, __ATOMIC_RELAXED);
    TraceSlot other = slot == TRACE_SLOT ? PROFILE_SLOT : TRACE_SLOT;
    if (!tracing_get(thread, other).function) tracing_exchange(thread, other, (Hooked){on_watch, NULL});
}

/*
** The capsule's destructor: it has been taken out of the slot. Its thread ends, or a fork has ended it, or somebody sets
** another function just now: then nothing is in the slot yet.
*/
static void on_dropped(Object *capsule) {
    Holder *holder = holder_of(capsule);
    Object *program = holder->program.object;
    bool alive = holder->thread == tracing_thread() && !tracing_idle(holder->thread);
    if (alive && !handing) taken(holder->thread);
    give_back(holder);
    object_release(program);
}

/*
** The agent's function, then the program's. That one may set another, or have itself removed because it raised: the slot
** is the agent's again before the next event.
*/
static int on_shared(Object *capsule, Object *frame, int what, Object *arg) {
    agent(NULL, frame, what, arg);
    Hooked program = holder_of(capsule)->program;
    if (!program.function) return 0;
    if (program.object) py._IncRef(program.object);
    handing++;
    int result = program.function(program.object, frame, what, arg);
    handing--;
    holder_hook(tracing_thread());
    object_release(program.object);
    return result;
}

static Object *on_set(Object *self, void *a, void *b, void *c);
static Object *on_get(Object *self, void *a, void *b, void *c);

static Wrapped set_function[] = {{"sys", "settrace", on_set, 0, NULL}, {"sys", "setprofile", on_set, 0, NULL}};
static Wrapped get_function[] = {{"sys", "gettrace", on_get, 0, NULL}, {"sys", "getprofile", on_get, 0, NULL}};

static Object *on_set(Object *self, void *a, void *b, void *c) {
    ThreadState *thread = tracing_thread();
    bool ours = is_agent(tracing_get(thread, slot));
    handing++;
    Object *result = call_original(&(Call){&set_function[slot], self, a, b, c});
    handing--;
    if (ours) holder_hook(thread);
    return result;
}

static Object *on_get(Object *self, void *a, void *b, void *c) {
    Hooked there = tracing_get(tracing_thread(), slot);
    if (!is_agent(there)) return call_original(&(Call){&get_function[slot], self, a, b, c});
    Object *program = holder_of(there.object)->program.object;
    if (!program) program = py.none;
    py._IncRef(program);
    return program;
}

void holder_start(TraceSlot of, TraceFunction function) {
    slot = of;
    agent = function;
}

void holder_wrap(void) {
    wrap(&set_function[slot]);
    wrap(&get_function[slot]);
}
