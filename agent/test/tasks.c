/* Tasks: which coroutine is one, and that each keeps its number. */
#include "record/task.h"
#include "record/record.h"
#include "test/fake.h"
#include "test/test.h"
#include "test/traced.h"

enum { COROUTINE_FLAG = 0x80, COROUTINES = 3000 };

static Object *coroutine;
static const Code *coroutine_code;
static char frames[COROUTINES]; /* each has an address */

static void enter(unsigned kind, const void *frame) {
    if (!task_goes_on()) task_open(kind, coroutine, frame);
    record_open(kind, coroutine, coroutine_code, coroutine_code->base);
}

static void leave(unsigned kind) {
    record_close(kind, coroutine, coroutine_code);
    if (task_is_left()) task_close(kind);
}

static uint32_t current(void) { return task_current(&thread_mine->tasks); }

static bool is_mark(uint64_t word, uint64_t task) {
    return word == (task << WIRE_DELTA_SHIFT | WIRE_MARK_TASK << WIRE_LOCATION_SHIFT | WIRE_MARK);
}

static void test_marks(void) {
    enter(WIRE_CALL, &frames[0]);
    uint32_t first = current();
    CHECK(first && is_mark(thread_mine->next[-2], first) && (thread_mine->next[-1] & 7) == WIRE_CALL);
    enter(WIRE_CALL, &frames[1]); /* awaited: of the same task */
    CHECK((thread_mine->next[-2] & 7) == WIRE_CALL);
    CHECK_EQUAL(current(), first);
    leave(WIRE_YIELD);
    CHECK_EQUAL(current(), first);
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    enter(WIRE_CALL, &frames[2]); /* an event loop within */
    uint32_t second = current();
    CHECK(second && second != first);
    leave(WIRE_RETURN);
    CHECK(is_mark(thread_mine->next[-1], first) && (thread_mine->next[-2] & 7) == WIRE_RETURN);
    CHECK_EQUAL(current(), first);
    CHECK(thread_new_slot(thread_mine, NULL));
    CHECK(is_mark(thread_mine->next[-1], first)); /* a slot says of itself within which task it begins */
    record_close(WIRE_RETURN, outer, outer_code);
    leave(WIRE_YIELD);
    CHECK(is_mark(thread_mine->next[-1], 0) && current() == 0);
    enter(WIRE_RESUME, &frames[0]);
    CHECK_EQUAL(current(), first);
    leave(WIRE_RETURN);
    enter(WIRE_CALL, &frames[0]); /* another one at the same place */
    CHECK(current() != first);
    leave(WIRE_UNWIND);
    CHECK_EQUAL(thread_mine->tasks.used, 0);
    enter(WIRE_RESUME, NULL); /* known by nothing */
    CHECK(current() != 0);
    leave(WIRE_RETURN);
}

static void test_frames_that_stay_open(void) {
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    enter(WIRE_CALL, &frames[3]);
    record_close(WIRE_RETURN, outer, outer_code); /* closes the frame within: its end was not seen */
    enter(WIRE_CALL, &frames[4]);
    CHECK_EQUAL(thread_mine->tasks.count, 1);
    leave(WIRE_RETURN);
    CHECK_EQUAL(current(), 0);
    for (int i = 0; i < 6; i++) { /* event loops within event loops: more than are told */
        record_open(WIRE_CALL, outer, outer_code, outer_code->base);
        enter(WIRE_CALL, &frames[10 + i]);
    }
    for (int i = 0; i < 6; i++) {
        leave(WIRE_RETURN);
        record_close(WIRE_RETURN, outer, outer_code);
    }
    CHECK_EQUAL(current(), 0);
}

/* Many that are suspended at the same time, and end in another order than they began. */
static void test_many(void) {
    static uint32_t numbers[COROUTINES];
    size_t before = thread_mine->tasks.used;
    for (int i = 0; i < COROUTINES; i++) {
        enter(WIRE_CALL, &frames[i]);
        numbers[i] = current();
        leave(WIRE_YIELD);
    }
    for (int turn = 0; turn < 3; turn++) {
        for (int i = turn; i < COROUTINES; i += turn + 1) {
            int n = (int)((unsigned)i * 7919u % COROUTINES);
            enter(WIRE_RESUME, &frames[n]);
            CHECK_EQUAL(current(), numbers[n]);
            leave(WIRE_YIELD);
        }
    }
    for (int i = 0; i < COROUTINES; i++) {
        int n = (int)((unsigned)i * 7919u % COROUTINES);
        enter(i % 2 ? WIRE_RESUME : WIRE_THROW, &frames[n]);
        CHECK_EQUAL(current(), numbers[n]);
        leave(i % 2 ? WIRE_RETURN : WIRE_UNWIND);
    }
    CHECK(thread_mine->tasks.used <= before);
}

void test_tasks(const char *directory) {
    traced_start(directory, (Settings){.slot_size = 4096});
    coroutine = fake_code("/app/a.py", "coroutine", 30, 5, COROUTINE_FLAG);
    coroutine_code = traced_code(coroutine);
    CHECK(coroutine_code->coroutine && !generator_code->coroutine && !outer_code->coroutine);
    traced_call();
    test_marks();
    test_frames_that_stay_open();
    test_many();
}
