/*
** Threads that run at the same time, as without the interpreter's lock: code that several see for the first time at once,
** addresses that are used again, interpreters of their own.
*/
#include "abi/parallel.h"
#include "hook/monitoring.h"
#include "test/traced.h"

#include <pthread.h>
#include <sched.h>

#include "test/fake.h"
#include "test/fake_monitoring.h"
#include "test/test.h"

enum { THREADS = 8, SLOT = 65536 };

static pthread_barrier_t barrier;

static void in_threads(void *(*run)(void *)) {
    pthread_t threads[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, run, (void *)i);
    for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

static void hooked_start(const char *directory) {
    fake_monitoring_start();
    traced_start(directory, (Settings){.slot_size = SLOT});
    CHECK(monitoring_prepare() == NULL);
    CHECK(monitoring_begin() == NULL);
}

static bool run_once(Object *code) {
    bool fine = fake_event(FAKE_START, code, 0);
    for (uint32_t line = 1; line <= 2; line++) fine &= fake_event(FAKE_LINE, code, line);
    return fine & fake_event(FAKE_RETURN, code, 2);
}

/* More than the first table holds, so that it grows under the eyes of those who read it. */
enum { CODES = 6000 };
static Object *codes[CODES];
static Code *found[THREADS][CODES];

static void *see_all(void *number) {
    size_t self = (size_t)number;
    bool fine = true;
    for (size_t i = 0; i < CODES; i++) {
        size_t at = self % 2 ? i : i ^ 1; /* two at a time in either order */
        if (i % 64 == 0) pthread_barrier_wait(&barrier);
        fine &= run_once(codes[at]);
        found[self][at] = code_find(codes[at], 0);
    }
    for (size_t i = 0; i < CODES; i++) fine &= code_find(codes[i], 0) == found[self][i] && run_once(codes[i]);
    return (void *)fine;
}

/* No event of a thread is missing, whichever of them came first, and all know the same Code. */
static void test_first_seen(const char *directory) {
    hooked_start(directory);
    for (uint32_t i = 0; i < CODES; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%u", i);
        codes[i] = fake_code("/app/p.py", name, 1, 2, 0);
    }
    uint64_t slots, before = process.next_location;
    in_threads(see_all);
    for (size_t i = 0; i < CODES; i++) {
        CHECK(found[0][i] && found[0][i] != &code_left_out);
        for (size_t t = 1; t < THREADS; t++) CHECK(found[t][i] == found[0][i]);
    }
    CHECK_EQUAL(raw_events(&slots), 2 * 4 * THREADS * CODES);
    CHECK_EQUAL(process.next_location - before, 3 * CODES);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_LOCATIONS), process.next_location);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_THREADS), THREADS);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_NAMES) + control_get64(WIRE_CONTROL_DROPPED_MEMORY), 0);
}

static Object *places[THREADS];
static bool finds_wrong[THREADS];

/* Code objects come and go at one address, each another one, while the others look at what is theirs. */
static void *live_and_die(void *number) {
    size_t self = (size_t)number;
    Object *place = places[self];
    char name[32];
    for (uint32_t i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "g%zu_%u", self, i % 100);
        *(Object **)((char *)place + py.version->code_qualname) = fake_text(name, strlen(name));
        put32((char *)place + py.version->code_version, 1000 + i);
        finds_wrong[self] |= code_find(place, 0) != NULL;
        Code *code = code_decide(place, fake_globals("app"));
        finds_wrong[self] |= !code || !code_enter(place, 0, code) || code_find(place, 0) != code || code_find(place, 1);
        if (i % 10 == 0) {
            code_forget(place);
            finds_wrong[self] |= code_find(place, 0) != NULL;
        }
    }
    return NULL;
}

static void test_reused(const char *directory) {
    hooked_start(directory);
    for (size_t i = 0; i < THREADS; i++) places[i] = fake_code("/app/p.py", "g", 1, 2, 0);
    uint32_t before = process.next_location;
    in_threads(live_and_die);
    for (size_t i = 0; i < THREADS; i++) CHECK(!finds_wrong[i]);
    CHECK_EQUAL(process.next_location - before, THREADS * 100 * 3); /* the same contents are the same Code */
}

/* The field interpreter of the last record of a code object in names. */
static uint32_t last_interpreter(void) {
    char head[WIRE_RECORD_BYTES], field[4];
    uint32_t interpreter = UINT32_MAX;
    for (uint64_t at = WIRE_NAMES_HEAD_BYTES; at < process.names_size; at += sizeof head + get32(head + WIRE_RECORD_SIZE)) {
        CHECK(os_file_read_at(&process.names, head, sizeof head, at) == 0);
        if (get32(head + WIRE_RECORD_TYPE) != WIRE_TYPE_CODE) continue;
        CHECK(os_file_read_at(&process.names, field, sizeof field, at + sizeof head + 6 * 4) == 0);
        interpreter = get32(field);
    }
    return interpreter;
}

/* The same address with the same version in three interpreters after each other: three codes. */
static void test_interpreters(const char *directory) {
    bool joined;
    hooked_start(directory);
    CHECK(monitoring_join(&joined) == NULL && !joined); /* the first one has been hooked */
    Object *code = fake_code("/app/p.py", "everywhere", 1, 2, 0);
    Code *seen[3];
    for (uint32_t number = 0; number < 3; number++) {
        fake_interpreter(number);
        if (number) CHECK(monitoring_join(&joined) == NULL && joined);
        CHECK(code_find(code, number) == NULL);
        put32((char *)code + 248, 0); /* nobody has seen this one yet */
        CHECK(run_once(code));
        seen[number] = code_find(code, number);
        CHECK(seen[number] != NULL && code_find(code, number + 1) == NULL);
        CHECK_EQUAL(last_interpreter(), number);
        if (number) CHECK(seen[number] != seen[number - 1]);
        if (number) fake_interpreter_ends(number);
    }
    uint64_t slots;
    CHECK_EQUAL(raw_events(&slots), 3 * 4);
    fake_interpreter(0);
    CHECK(monitoring_join(&joined) == NULL && !joined);
}

static Object *common;
static Code *own[THREADS];

/* As if each thread were an interpreter. */
static void *take_turns(void *number) {
    uint32_t self = (uint32_t)(size_t)number;
    for (int i = 0; i < 20000; i++) {
        const Code *code = code_find(common, self);
        finds_wrong[self] |= code && code != own[self];
        if (!code) finds_wrong[self] |= !code_enter(common, self, own[self]);
    }
    return NULL;
}

/* A code object that all interpreters share, as some of 3.12: none takes another's Code for its own. */
static void test_common(const char *directory) {
    hooked_start(directory);
    common = fake_code("<frozen x>", "common", 1, 2, 0);
    for (size_t i = 0; i < THREADS; i++) own[i] = traced_code(fake_code("/app/p.py", (char[]){(char)('a' + i), 0}, 1, 2, 0));
    in_threads(take_turns);
    for (size_t i = 0; i < THREADS; i++) CHECK(!finds_wrong[i]);
}

static Lock lock;
static ForkLock fork_lock;
static uint64_t counted, counted_too;

static void *count(void *nothing) {
    for (int i = 0; i < 20000; i++) {
        lock_take(&lock);
        counted++;
        if (i % 1000 == 0) sched_yield(); /* the others go to sleep */
        lock_give(&lock);
        fork_lock_take(&fork_lock);
        counted_too++;
        fork_lock_give(&fork_lock);
    }
    return nothing;
}

static void test_locks(const char *directory) {
    (void)directory;
    in_threads(count);
    CHECK_EQUAL(counted, THREADS * 20000);
    CHECK_EQUAL(counted_too, THREADS * 20000);
    CHECK(lock.held == 0 && fork_lock.holder == 0);
    fork_lock.holder = 1; /* by a process that this one was forked from */
    fork_lock_take(&fork_lock);
    CHECK_EQUAL(fork_lock.holder, os_pid());
}

void test_parallel(const char *directory) {
    test_apart(test_first_seen, "first-seen", directory);
    test_apart(test_reused, "reused", directory);
    test_apart(test_interpreters, "interpreters", directory);
    test_apart(test_common, "common", directory);
    test_apart(test_locks, "locks", directory);
}
