#include "record/mark.h"
#include "record/record.h"

#ifdef TRACER_NOOP

void record_gap(void) {}
void record_throw(const Code *code) { (void)code; }
bool record_is_open(const Code *code) { return (void)code, true; }
void record_own(uint64_t begin) { (void)begin; }

#else

void record_gap(void) {
    Thread *thread = thread_mine;
    if (!thread || !thread->number) return; /* nothing was recorded of it yet */
    if (thread->next == thread->end && !(thread = thread_make_room(NULL))) return;
    __atomic_store_n(thread->next, (uint64_t)WIRE_MARK_GAP << WIRE_LOCATION_SHIFT | WIRE_MARK, __ATOMIC_RELAXED);
    thread->next++;
    thread->opened = 0;
}

void record_throw(const Code *code) {
    Thread *thread = thread_mine;
    uint64_t *last = thread ? record_last(thread) : NULL;
    if (!last || !record_last_opened(code)) return;
    __atomic_store_n(last, (*last & ~(uint64_t)7) | WIRE_THROW, __ATOMIC_RELAXED);
    thread->opened = 0;
}

void record_own(uint64_t begin) {
    Thread *thread = thread_mine;
    if (thread && thread->number) thread_own_time(thread, begin);
}

bool record_is_open(const Code *code) {
    const Thread *thread = thread_mine;
    if (!thread || !thread->number) return false;
    for (const Frame *frame = thread->top; frame > thread->frames; frame--)
        if (frame->base == code->base) return true;
    return false;
}

#endif
