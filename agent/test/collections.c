/* Collections of garbage: what a mark says of one, and when there is one. */
#include "record/collection.h"
#include "record/record.h"
#include "test/fake.h"
#include "test/test.h"
#include "test/traced.h"

static uint64_t ticks_of(uint32_t value) { return (uint64_t)(value >> 7) << (value >> 2 & 31); }

static void test_values(void) {
    CHECK_EQUAL(collection_value(0, 0), 0);
    CHECK_EQUAL(collection_value(1, 2), 1 << 7 | 2);
    CHECK_EQUAL(collection_value(5, 9) & 3, 3);
    for (int bit = 0; bit < 56; bit++) {
        uint64_t ticks = ((uint64_t)1 << bit) + ((uint64_t)1 << bit >> 1), kept = ticks_of(collection_value(ticks, 1));
        CHECK(kept <= ticks && ticks - kept <= ticks >> 24);
        CHECK_EQUAL(collection_value(ticks, 1) & 3, 1);
    }
    CHECK_EQUAL(collection_value(UINT64_MAX, 0) >> 2, UINT32_MAX >> 2); /* no more fits */
}

static bool is_collection(uint64_t word, uint32_t generation) {
    return (word & 7) == WIRE_MARK && ((uint32_t)word >> WIRE_LOCATION_SHIFT) == WIRE_MARK_COLLECTION &&
           (word >> WIRE_DELTA_SHIFT & 3) == generation;
}

static void test_marks(void) {
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    uint64_t *next = thread_mine->next;
    collection_end(1); /* of which nobody saw the begin */
    CHECK(thread_mine->next == next);
    collection_begin();
    CHECK(thread_mine->next == next);
    collection_end(2);
    CHECK(thread_mine->next == next + 1 && is_collection(*next, 2));
    collection_end(2);
    CHECK(thread_mine->next == next + 1);
    CHECK(record_last_opened(outer_code)); /* it stands beside the events */
    while (thread_mine->next != thread_mine->end) record_line(outer, 11);
    uint32_t sequence = thread_mine->sequence;
    collection_begin();
    collection_end(0); /* in the next slot */
    CHECK_EQUAL(thread_mine->sequence, sequence + 1);
    CHECK(is_collection(thread_mine->next[-1], 0));
    record_close(WIRE_RETURN, outer, outer_code);
}

void test_collections(const char *directory) {
    test_values();
    collection_begin(); /* nothing was recorded of the thread */
    collection_end(0);
    CHECK(!thread_mine);
    traced_start(directory, (Settings){.slot_size = 4096});
    traced_call();
    test_marks();
}
