#include "record/collection.h"
#include "gen/wire.h"
#include "record/room.h"

enum { GENERATION_BITS = 2, SHIFT_BITS = 5, TICKS_BITS = 32 - GENERATION_BITS - SHIFT_BITS };

uint32_t collection_value(uint64_t ticks, uint32_t generation) {
    uint32_t shift = 0, oldest = (1U << GENERATION_BITS) - 1, largest = (1U << SHIFT_BITS) - 1;
    while (ticks >> shift >> TICKS_BITS && shift < largest) shift++;
    uint64_t rest = ticks >> shift;
    if (rest >> TICKS_BITS) rest = (1U << TICKS_BITS) - 1;
    return (uint32_t)rest << (GENERATION_BITS + SHIFT_BITS) | shift << GENERATION_BITS | (generation < oldest ? generation : oldest);
}

#ifdef TRACER_NOOP

void collection_begin(void) {}
void collection_end(uint32_t generation) { (void)generation; }

#else

void collection_begin(void) {
    Thread *thread = thread_mine;
    if (thread && thread->number) thread->collecting = process_ticks();
}

void collection_end(uint32_t generation) {
    Thread *thread = thread_mine;
    if (!thread || !thread->number || !thread->collecting) return; /* nothing was recorded of the thread yet */
    uint64_t ticks = process_ticks() - thread->collecting;
    thread->collecting = 0;
    if (thread->losing || (int64_t)ticks < 0) return;
    if (thread->next == thread->end && !(thread = thread_make_room(NULL))) return;
    uint64_t value = collection_value(ticks, generation);
    __atomic_store_n(thread->next, value << WIRE_DELTA_SHIFT | WIRE_MARK_COLLECTION << WIRE_LOCATION_SHIFT | WIRE_MARK, __ATOMIC_RELAXED);
    thread->next++;
}

#endif
