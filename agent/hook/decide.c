#include "hook/decide.h"
#include "hook/children.h"
#include "hook/trigger.h"
#include "record/fork.h"
#include "record/record.h"

static const Object *watched;

const Object *decide_watched(void) { return __atomic_load_n(&watched, __ATOMIC_RELAXED); }

/* Code that cannot be named is tried again, as long as events are dropped only; but not each time. */
static Code *decided(Object *object, Object *globals) {
    enum { RETRY = 1024 };
    static uint32_t unnamed;
    uint32_t before = __atomic_load_n(&unnamed, __ATOMIC_RELAXED);
    Code *code = before % RETRY == 0 ? code_decide(object, globals) : NULL;
    if (!code)
        __atomic_fetch_add(&unnamed, 1, __ATOMIC_RELAXED);
    else if (before)
        __atomic_store_n(&unnamed, 0, __ATOMIC_RELAXED);
    if (!code) process_drop(WIRE_FAULT_NAMES);
    if (code && trigger_watches(object, globals)) __atomic_store_n(&watched, object, __ATOMIC_RELAXED);
    return code;
}

COLD Code *decide_code(Object *object, Object *globals) {
    children_look();
    if (!fork_follow()) return &code_left_out;
    uint32_t fault;
    bool stopped = !process_open(&fault) && process_stopped();
    Code *code = stopped ? code_decide(object, globals) : decided(object, globals);
    if (stopped && !code) process_drop(fault); /* once: it is switched off then */
    return code;
}
