/*
** The whole way from an event to the files, with a fake interpreter: slots, time, the shadow stack, threads, forks, a
** program that closes every descriptor.
*/
#include "record/fork.h"
#include "record/mark.h"
#include "record/record.h"

#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/fake.h"
#include "test/traced.h"
#include "test/test.h"

static void test_codes(void) {
    CHECK_EQUAL(outer_code->base, 1);
    CHECK_EQUAL(inner_code->base, outer_code->base + 6);
    CHECK_EQUAL(code_line(outer_code, 12), outer_code->base + 3);
    CHECK_EQUAL(code_line(outer_code, 15), outer_code->base);
    CHECK_EQUAL(code_instruction(generator_code, 4), generator_code->base + 3);
    CHECK_EQUAL(code_instruction(generator_code, 400), generator_code->base);
    uint64_t size = process.names_size;
    Object *again = fake_code("/app/a.py", "outer", 10, 5, 0);
    CHECK(traced_code(again) == outer_code); /* made again: the same Code, and nothing written */
    CHECK_EQUAL(process.names_size, size);
    put32((char *)again + py.version->code_version, 1000000); /* freed, and another made at its address */
    CHECK(code_find(again, 0) == NULL);
    CHECK(traced_code(again) == outer_code);
    for (int i = 0; i < 20000; i++) CHECK(traced_code(fake_code("/app/a.py", "outer", 10, 5, 0)) == outer_code);
    Object *library = fake_code("<frozen importlib>", "f", 1, 2, 0);
    CHECK(traced_code(library) == &code_left_out);
}

static void test_stack(void) {
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    Thread *thread = thread_mine;
    uint64_t begun = thread->ticks;
    record_line(outer, 11);
    CHECK_EQUAL(thread->ticks, begun); /* the first line begins with the call */
    CHECK_EQUAL(thread->next[-1], (uint64_t)(outer_code->base + 2) << 3 | WIRE_LINE);
    record_line(outer, 12);
    CHECK_EQUAL(thread->top->location, outer_code->base + 3);
    record_open(WIRE_CALL, inner, inner_code, inner_code->base);
    CHECK_EQUAL(thread->top - thread->frames, 2);
    record_open(WIRE_RESUME, generator, generator_code, generator_code->base + 1);
    record_close(WIRE_RETURN, inner, inner_code); /* the generator's exit was not seen */
    CHECK_EQUAL(thread->top - thread->frames, 1);
    record_close(WIRE_UNWIND, inner, inner_code); /* not open: no effect */
    CHECK_EQUAL(thread->top - thread->frames, 1);
    record_line(inner, 21); /* was entered before recording began */
    CHECK(thread->top->base == inner_code->base && thread->top - thread->frames == 2);
    record_line(outer, 13); /* and was left unseen */
    CHECK_EQUAL(thread->top - thread->frames, 1);
    record_close(WIRE_RETURN, outer, outer_code);
    CHECK_EQUAL(thread->top - thread->frames, 0);
}

static void test_time(void) {
    Thread *thread = thread_mine;
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    thread->ticks -= 5ULL << 32; /* as if the last event were long ago */
    thread->opened = 0;
    record_line(outer, 11);
    CHECK_EQUAL(thread->next[-2] & 0xffffffff, WIRE_MARK_TIME << 3 | WIRE_MARK);
    CHECK_EQUAL(thread->next[-2] >> 32, 5);
    thread->ticks += 1000000000000ULL; /* another core's counter is behind */
    uint64_t ahead = thread->ticks;
    record_line(outer, 12);
    CHECK_EQUAL(thread->next[-1] >> 32, 0);
    CHECK_EQUAL(thread->ticks, ahead);
    thread->ticks = process_ticks();
    record_close(WIRE_RETURN, outer, outer_code);
}

/* The agent's own time stands in front of the event that it delayed, which has a time stamp of its own. */
static void test_own_time(void) {
    Thread *thread = thread_mine;
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    uint64_t called = thread->ticks, begin = process_ticks();
    usleep(1000);
    record_own(begin);
    uint64_t mark = thread->next[-1], own = mark >> WIRE_DELTA_SHIFT;
    CHECK_EQUAL(mark & 0xffffffff, WIRE_MARK_OWN << WIRE_LOCATION_SHIFT | WIRE_MARK);
    CHECK(record_last(thread) == thread->next - 2 && record_last_opened(outer_code));
    CHECK_EQUAL(thread->ticks, called); /* it takes no time */
    record_line(outer, 11);
    CHECK(own > 0 && thread->ticks - called >= own);
    record_own(0); /* no more than the time since the last event */
    CHECK(thread->next[-1] >> WIRE_DELTA_SHIFT <= process_ticks() - thread->ticks);
    uint64_t *last = thread->next, *end = thread->end;
    thread->end = thread->next + 1; /* room for the event alone */
    record_own(begin);
    CHECK(thread->next == last && thread->own == 0);
    thread->end = thread->next; /* and not even for that: it waits */
    record_own(begin);
    CHECK(thread->next == last && thread->own > 0);
    thread->end = end;
    record_close(WIRE_RETURN, outer, outer_code);
}

/* Where costs were measured a slot begins with the CPU's pace, which is no event. */
static void test_pace(void) {
    Thread *thread = thread_mine;
    process.pace = 1;
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    CHECK(thread_new_slot(thread, NULL));
    uint64_t *first = (uint64_t *)(thread->slot.at + get32(thread->slot.at + WIRE_SLOT_HEADER_SIZE));
    CHECK_EQUAL(*first & 0xffffffff, WIRE_MARK_PACE << WIRE_LOCATION_SHIFT | WIRE_MARK);
    CHECK(*first >> WIRE_DELTA_SHIFT > 0 && thread->looks == 3 && thread->next == first + 1);
    CHECK(record_last(thread) == NULL && record_last_opened(outer_code));
    thread->paces[0] = thread->paces[1] = 1; /* one look that is much slower than the others is not believed */
    thread->looks = 5;
    CHECK(thread_new_slot(thread, NULL));
    first = (uint64_t *)(thread->slot.at + get32(thread->slot.at + WIRE_SLOT_HEADER_SIZE));
    CHECK_EQUAL(*first >> WIRE_DELTA_SHIFT, 1);
    process.pace = 0;
    CHECK(thread_new_slot(thread, NULL));
    CHECK_EQUAL(*thread->next, 0);
    CHECK(thread->next == (uint64_t *)(thread->slot.at + get32(thread->slot.at + WIRE_SLOT_HEADER_SIZE)));
    record_close(WIRE_RETURN, outer, outer_code);
}

/* Deep recursion over many slots; each slot's header has the open frames. */
static void test_depth(void) {
    enum { DEEP = 100000 };
    Thread *thread = thread_mine;
    uint32_t before = thread->sequence;
    for (int i = 0; i < DEEP; i++) {
        record_open(WIRE_CALL, outer, outer_code, outer_code->base);
        record_line(outer, 11);
    }
    CHECK(thread->sequence > before + 100);
    CHECK_EQUAL(thread->top - thread->frames, DEEP);
    uint32_t stored = get32(thread->slot.at + WIRE_SLOT_FRAMES);
    CHECK_EQUAL(stored, 4096 / 4 / WIRE_FRAME_BYTES);
    CHECK_EQUAL(get32(thread->slot.at + WIRE_SLOT_HEADER_SIZE), WIRE_SLOT_BYTES + stored * WIRE_FRAME_BYTES);
    CHECK_EQUAL(get32(thread->slot.at + WIRE_SLOT_BYTES + WIRE_FRAME_LOCATION), outer_code->base + 2);
    for (int i = 0; i < DEEP; i++) record_close(WIRE_RETURN, outer, outer_code);
    CHECK_EQUAL(thread->top - thread->frames, 0);
}

static void *work(void *value) {
    for (int i = 0; i < 1000; i++) {
        record_open(WIRE_CALL, inner, inner_code, inner_code->base);
        record_line(inner, 21);
        record_close(WIRE_RETURN, inner, inner_code);
    }
    *(uint32_t *)value = thread_mine->number;
    return NULL;
}

static void test_threads(void) {
    uint32_t numbers[40] = {0};
    for (int round = 0; round < 10; round++) {
        pthread_t threads[4];
        for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, &numbers[round * 4 + i]);
        for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < 40; i++)
        for (int k = 0; k < i; k++) CHECK(numbers[i] && numbers[i] != numbers[k]);
}

static void test_fork(void) {
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    uint64_t *next = thread_mine->next, size = process.names_size;
    pid_t child = fork();
    if (!child) { /* the mapping is not here any more: a write to it would be a fault */
        record_line(outer, 12);
        record_close(WIRE_RETURN, outer, outer_code);
        record_open(WIRE_CALL, outer, outer_code, outer_code->base);
        _exit(fork_left_alone ? 42 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    CHECK(thread_mine->next == next && process.names_size == size && !fork_left_alone);
    record_close(WIRE_RETURN, outer, outer_code);
}

/* A daemon closes what it does not know; the numbers are then given to files of its own. */
static void test_closed_descriptors(const char *directory) {
    char path[4096];
    snprintf(path, sizeof path, "%s/other", directory);
    int numbers[] = {process.raw.fd, process.names.fd};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        FILE *other = fopen(path, "w");
        close(numbers[i]);
        dup2(fileno(other), numbers[i]);
        fclose(other);
    }
    CHECK(traced_code(fake_code("/app/b.py", "late", 1, 1, 0)) != NULL);
    for (int i = 0; i < 2000000; i++) {
        record_open(WIRE_CALL, outer, outer_code, outer_code->base);
        record_close(WIRE_RETURN, outer, outer_code);
    }
    struct stat facts;
    CHECK(stat(path, &facts) == 0 && facts.st_size == 0);
    CHECK(!process_stopped());
}

/* A controller leaves a chunk that it has prepared; the agent takes it, and claims the next one after it by itself. */
static void test_ready_chunk(void) {
    uint64_t size = chunks_size(), ready = __atomic_fetch_add((uint64_t *)(process.control + WIRE_CONTROL_FRONTIER), 1, __ATOMIC_RELAXED);
    CHECK(truncate(process.raw.path, (off_t)((ready + 1) * size)) == 0);
    put64(process.control + WIRE_CONTROL_READY_0, ready + 100); /* a later one, in an earlier entry */
    put64(process.control + WIRE_CONTROL_READY_0 + 3 * 8, ready + 1);
    uint64_t before = get64(process.control + WIRE_CONTROL_RAW_END);
    for (int i = 0; i < 600000; i++) {
        record_open(WIRE_CALL, outer, outer_code, outer_code->base);
        record_close(WIRE_RETURN, outer, outer_code);
        if (get64(process.control + WIRE_CONTROL_READY_0 + 3 * 8) == 0) put64(process.control + WIRE_CONTROL_READY_0, 0);
    }
    CHECK(before <= ready * size && get64(process.control + WIRE_CONTROL_RAW_END) > (ready + 1) * size);
    CHECK_EQUAL(get64(process.control + WIRE_CONTROL_READY_0 + 3 * 8), 0);
    char magic[4] = {0};
    FILE *raw = fopen(process.raw.path, "rb");
    CHECK(fseek(raw, (long)(ready * size), SEEK_SET) == 0 && fread(magic, 4, 1, raw) == 1);
    CHECK_EQUAL(get32(magic), WIRE_MAGIC_SLOT);
    fclose(raw);
}


void test_recording(const char *directory) {
    traced_start(directory, (Settings){.slot_size = 4096});
    test_codes();
    test_stack();
    test_time();
    test_own_time();
    test_pace();
    test_depth();
    test_threads();
    test_fork();
    test_closed_descriptors(directory);
    test_ready_chunk();
    uint64_t slots = 0;
    CHECK_EQUAL(raw_events(&slots), 10 + 4 + 3 + 2 + 300000 + 40 * 3000 + 2 + 4000000 + 1200000);
    CHECK_EQUAL(slots, get64(process.control + WIRE_CONTROL_SLOTS));
    process_stop(WIRE_FAULT_GROW, -28);
    while (thread_mine->next + 1 < thread_mine->end) record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    thread_mine->ticks -= 5ULL << 32; /* a mark of time does not fit, and there is no new slot: the event does */
    record_line(outer, 11);
    CHECK_EQUAL(thread_mine->next[-1] & 7, WIRE_LINE);
    record_close(WIRE_RETURN, outer, outer_code);
    record_line(outer, 11);
    CHECK_EQUAL(get64(process.control + WIRE_CONTROL_DROPPED_SPACE), 2);
    CHECK_EQUAL(get32(process.control + WIRE_CONTROL_ERROR_ERRNO), 28);
}
