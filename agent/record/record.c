#include "record/record.h"

#ifndef TRACER_NOOP

uint32_t record_long_delta(Thread *thread, uint64_t delta) {
    if ((int64_t)delta < 0) { /* the counters of two cores differ by a little: time does not run backwards here */
        thread->ticks -= delta;
        return 0;
    }
    if (thread->end - thread->next < 2) /* the new slot's header has the whole time */
        return thread_new_slot(thread, NULL) ? 0 : UINT32_MAX;
    uint64_t mark = delta >> 32 << WIRE_DELTA_SHIFT | WIRE_MARK_TIME << WIRE_LOCATION_SHIFT | WIRE_MARK;
    __atomic_store_n(thread->next, mark, __ATOMIC_RELAXED);
    thread->next++;
    return (uint32_t)delta;
}

/* Whether a word is a mark that stands beside the events, and for none. */
static bool silent(uint64_t word) {
    uint32_t location = (uint32_t)word >> WIRE_LOCATION_SHIFT;
    return (word & 7) == WIRE_MARK && (location == WIRE_MARK_OWN || location == WIRE_MARK_PACE || location == WIRE_MARK_TASK ||
                                       location == WIRE_MARK_COLLECTION);
}

uint64_t *record_last(const Thread *thread) {
    if (!thread->slot.at) return NULL;
    uint64_t *first = (uint64_t *)(thread->slot.at + get32(thread->slot.at + WIRE_SLOT_HEADER_SIZE));
    for (uint64_t *word = thread->next; word > first; word--)
        if (!silent(word[-1])) return word - 1;
    return NULL;
}

bool record_last_opened(const Code *code) {
    const Thread *thread = thread_mine;
    if (!thread || !thread->slot.at) return false;
    const uint64_t *last = record_last(thread);
    if (!last) return thread->top > thread->frames && thread->top->base == code->base;
    unsigned kind = *last & 7;
    return thread->top->base == code->base && (kind == WIRE_CALL || kind == WIRE_RESUME || kind == WIRE_THROW);
}

#endif
