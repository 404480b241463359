/*
** That an event writes nothing which another thread reads or writes: all that threads share is made read-only while one of
** them records. A counter, a flag or a lock on the way of an event is a fault then.
*/
#include "hook/monitoring.h"
#include "test/traced.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/fake.h"
#include "test/fake_monitoring.h"
#include "test/test.h"

/* This program's variables, from its linker. */
extern char __data_start, _end;

enum { PAGE = 4096, LARGE = 1 << 20, ROUNDS = 2000, EVENTS = 12 };

static bool protect_range(const void *at, size_t size, int access) {
    uintptr_t begin = (uintptr_t)at & ~(uintptr_t)(PAGE - 1), end = ((uintptr_t)at + size + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    return mprotect((void *)begin, end - begin, access) == 0;
}

/* All variables, the page control, the table of code objects, and what is known of those that the test runs. */
static bool protect(int access) {
    const CodeTable *table = code_table;
    bool fine = protect_range(table, sizeof *table + (table->mask + 1) * sizeof(CodeEntry), access) &&
                protect_range(process.control, WIRE_CONTROL_FILE, access);
    const Code *known[] = {outer_code, inner_code, generator_code};
    for (size_t i = 0; i < COUNT(known); i++) fine = protect_range(known[i], sizeof *known[i], access) && fine;
    return protect_range(&__data_start, (size_t)(&_end - &__data_start), access) && fine;
}

/* Every kind of event, as many as EVENTS says. */
static bool round_trip(void) {
    return fake_event(FAKE_START, outer, 0) & fake_event(FAKE_LINE, outer, 10) & fake_event(FAKE_LINE, outer, 11) &
           fake_event(FAKE_START, inner, 0) & fake_event(FAKE_LINE, inner, 21) & fake_event(FAKE_UNWIND, inner, 4) &
           fake_event(FAKE_START, generator, 0) & fake_event(FAKE_YIELD, generator, 2) &
           fake_event(FAKE_RESUME, generator, 2) & fake_event(FAKE_RETURN, generator, 4) &
           fake_event(FAKE_THROW, inner, 2) & fake_event(FAKE_RETURN, outer, 6);
}

/* A reference counted is a write to an object that threads share: the real ones need none, they are immortal. */
static void no_reference(Object *object) {
    (void)object;
    _exit(3);
}

static bool fine;

static void record_protected(void) {
    bool all = true; /* no variable of the program */
    for (int i = 0; i < ROUNDS; i++) all &= round_trip();
    protect(PROT_READ | PROT_WRITE);
    fine = all;
}

static void begin(const char *directory) {
    fake_monitoring_start();
    traced_start(directory, (Settings){.slot_size = LARGE});
    CHECK(monitoring_prepare() == NULL && monitoring_begin() == NULL);
    /* Decided about when recording began, without the hook: each as if seen for the first time. */
    Object *seen[] = {outer, inner, generator};
    for (size_t i = 0; i < COUNT(seen); i++) code_forget(seen[i]);
    for (int i = 0; i < 20; i++) CHECK(round_trip());
    py._IncRef = py._DecRef = no_reference;
}

static void test_events(const char *directory) {
    uint64_t slots;
    begin(directory);
    CHECK(protect(PROT_READ));
    record_protected();
    CHECK(fine);
    CHECK_EQUAL(raw_events(&slots), (ROUNDS + 20) * EVENTS);
    CHECK_EQUAL(slots, 1);
}

/* One write of each sort, in a thread of a child: each must be the end of it, or the test above proves nothing. */
static void test_writes(const char *directory) {
    begin(directory);
    uint64_t *shared[] = {&process.names_size, (uint64_t *)&code_table->mask, (uint64_t *)(uintptr_t)&outer_code->hash[1]};
    int status, ends[2 * COUNT(shared)];
    for (size_t i = 0; i < COUNT(ends); i++) {
        if (i == COUNT(shared)) CHECK(protect(PROT_READ));
        pid_t child = fork();
        if (!child) {
            *(volatile uint64_t *)shared[i % COUNT(shared)] += 1;
            _exit(0);
        }
        waitpid(child, &status, 0);
        ends[i] = status;
    }
    protect(PROT_READ | PROT_WRITE);
    for (size_t i = 0; i < COUNT(ends); i++) CHECK((ends[i] != 0) == (i >= COUNT(shared)));
}

void test_unshared(const char *directory) {
    test_apart(test_events, "unshared", directory);
    test_apart(test_writes, "shared", directory);
}
