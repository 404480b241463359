/*
** Forked children that are recorded: processes of their own, which go on with what their parent has named.
*/
#include "test/traced.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/fork.h"
#include "test/fake.h"
#include "test/test.h"

/* Runs in a child; its checks count here. */
static void in_child(void (*run)(void)) {
    int ends[2], counts[2] = {0, 0}, status;
    CHECK(pipe(ends) == 0);
    pid_t child = fork();
    if (!child) {
        test_checks = test_failures = 0;
        run();
        counts[0] = test_checks;
        counts[1] = test_failures;
        _exit(write(ends[1], counts, sizeof counts) != sizeof counts);
    }
    close(ends[1]);
    CHECK(read(ends[0], counts, sizeof counts) == sizeof counts);
    close(ends[0]);
    waitpid(child, &status, 0);
    CHECK_EQUAL(status, 0);
    test_checks += counts[0];
    test_failures += counts[1];
}

/* The records of this process's names, one after the other. False at the end. */
static bool next_record(FILE *names, uint32_t *type, char payload[4096]) {
    char head[WIRE_RECORD_BYTES];
    if (fread(head, sizeof head, 1, names) != 1) return false;
    uint32_t size = get32(head + WIRE_RECORD_SIZE);
    *type = get32(head + WIRE_RECORD_TYPE);
    return size <= 4096 && fread(payload, size, 1, names) == 1;
}

static uint64_t parent_size;
static char parent_name[64];
static uint32_t parent_locations;

static void note_parent(void) {
    parent_size = process.names_size;
    parent_locations = process.next_location;
    snprintf(parent_name, sizeof parent_name, "%.*s", (int)process_name().size, process_name().at);
}

/* Types of the records are as told; the second is the fork. */
static void check_names(const uint32_t *types, size_t count) {
    char payload[4096];
    uint32_t type;
    size_t n = 0;
    FILE *names = fopen(process.names.path, "rb");
    fseek(names, WIRE_NAMES_HEAD_BYTES, SEEK_SET);
    for (; next_record(names, &type, payload); n++) {
        CHECK(n < count && type == types[n]);
        if (type != WIRE_TYPE_FORK) continue;
        CHECK_EQUAL(get64(payload), parent_size);
        CHECK_EQUAL(get32(payload + 8), strlen(parent_name));
        CHECK(memcmp(payload + 12, parent_name, strlen(parent_name)) == 0);
    }
    CHECK_EQUAL(n, count);
    fclose(names);
}

static void check_frames(const uint32_t *locations, uint32_t count) {
    char *slot = thread_mine->slot.at;
    CHECK_EQUAL(get32(slot + WIRE_SLOT_FRAMES), count);
    CHECK_EQUAL(get32(slot + WIRE_SLOT_DEPTH), count);
    for (uint32_t i = 0; i < count && i < get32(slot + WIRE_SLOT_FRAMES); i++) {
        char *frame = slot + WIRE_SLOT_BYTES + i * WIRE_FRAME_BYTES;
        CHECK_EQUAL(get32(frame + WIRE_FRAME_LOCATION), locations[i]);
        CHECK_EQUAL(get64(frame + WIRE_FRAME_ENTERED_TICKS), get64(slot + WIRE_SLOT_TICKS));
    }
}

static void grandchild(void) {
    fake_enter(generator, 31);
    record_open(WIRE_CALL, generator, generator_code, generator_code->base);
    check_names((uint32_t[]){WIRE_TYPE_PROCESS, WIRE_TYPE_FORK, WIRE_TYPE_THREAD}, 3);
    check_frames((uint32_t[]){outer_code->base + 3, inner_code->base + 2}, 2);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_PPID), getppid());
    CHECK_EQUAL(thread_mine->number, 1);
}

/* Its first event is the next line of a frame that is open. */
static void child(void) {
    fake_line(21);
    record_line(inner, 21);
    CHECK(!fork_left_alone && process.pid == (uint32_t)getpid());
    CHECK_EQUAL(control_get32(WIRE_CONTROL_FORKED), 1);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_PID), getpid());
    CHECK_EQUAL(control_get32(WIRE_CONTROL_LOCATIONS), parent_locations);
    CHECK(strncmp(parent_name, process_name().at, strlen(parent_name)) != 0);
    check_frames((uint32_t[]){outer_code->base + 3, inner_code->base + 2}, 2);
    CHECK_EQUAL(thread_mine->number, 1);
    CHECK_EQUAL(get32(thread_mine->slot.at + WIRE_SLOT_SEQUENCE), 0);
    CHECK_EQUAL(get32(thread_mine->slot.at + WIRE_SLOT_TID), getpid());
    CHECK_EQUAL(traced_code(fake_code("/app/a.py", "more", 40, 2, 0))->base, parent_locations);
    CHECK(traced_code(fake_code("/app/b.py", "other", 1, 2, 0)) != NULL);
    uint32_t types[] = {WIRE_TYPE_PROCESS, WIRE_TYPE_FORK, WIRE_TYPE_THREAD, WIRE_TYPE_CODE, WIRE_TYPE_FILE, WIRE_TYPE_CODE};
    check_names(types, COUNT(types)); /* its parent has named a.py */
    note_parent();
    in_child(grandchild);
    record_close(WIRE_RETURN, inner, inner_code);
    uint64_t slots;
    CHECK_EQUAL(raw_events(&slots), 2);
    CHECK_EQUAL(traced_slots(3) + 2, raw_events(&slots));
}

static void test_line_first(const char *directory) {
    traced_start(directory, (Settings){.slot_size = 4096, .children = true});
    fake_enter(outer, 12);
    fake_enter(fake_code("<frozen x>", "left out", 1, 1, 0), 1);
    fake_enter(inner, 20);
    record_line(outer, 12);
    record_open(WIRE_CALL, inner, inner_code, inner_code->base);
    uint64_t *next = thread_mine->next, slots;
    note_parent();
    process.lock.held = 1; /* by another thread, which is not in the child */
    in_child(child);
    in_child(child);
    process.lock.held = 0;
    CHECK(thread_mine->next == next && process.names_size == parent_size && !process.forked);
    record_close(WIRE_RETURN, inner, inner_code);
    CHECK_EQUAL(raw_events(&slots), 3);
}

/* The frame that an event opens is not open before it, also where others of the same code are. */
static void calls_first(void) {
    fake_enter(outer, 10);
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    check_frames((uint32_t[]){outer_code->base + 2, outer_code->base + 3}, 2);
    CHECK_EQUAL(thread_mine->top - thread_mine->frames, 3);
}

static void returns_first(void) {
    record_close(WIRE_RETURN, outer, outer_code);
    check_frames((uint32_t[]){outer_code->base + 2, outer_code->base + 3}, 2);
    CHECK_EQUAL(thread_mine->top - thread_mine->frames, 1);
}

/* So many frames that there is room for them, but not for one more. */
static void calls_at_the_brim(void) {
    for (int i = 0; i < 125; i++) fake_enter(inner, 21);
    fake_enter(outer, 10);
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    CHECK_EQUAL(thread_mine->top - thread_mine->frames, 128);
    CHECK(thread_mine->top < thread_mine->frames_end);
}

/* More frames than the first piece of memory for them holds. */
static void calls_deeply(void) {
    for (int i = 0; i < 5000; i++) fake_enter(inner, 21);
    record_line(inner, 22);
    CHECK_EQUAL(thread_mine->top - thread_mine->frames, 5002);
    CHECK_EQUAL(get32(thread_mine->slot.at + WIRE_SLOT_DEPTH), 5002);
    for (int i = 0; i < 5000; i++) record_close(WIRE_RETURN, inner, inner_code);
    CHECK(thread_mine->top->location == outer_code->base + 3 && thread_mine->top[-1].location == outer_code->base + 2);
}

static void unfollowed(void) {
    process.trace = TEXT("/nowhere/at/all");
    traced_call();
    CHECK(fork_left_alone);
    traced_call();
}

static void test_recursion(const char *directory) {
    traced_start(directory, (Settings){.slot_size = 4096, .children = true});
    fake_enter(outer, 11);
    fake_enter(outer, 12);
    record_line(outer, 11);
    in_child(calls_first);
    in_child(returns_first);
    in_child(calls_at_the_brim);
    in_child(calls_deeply);
    in_child(unfollowed);
    CHECK(!process_stopped());
}

void test_children(const char *directory) {
    test_apart(test_line_first, "children", directory);
    test_apart(test_recursion, "recursion", directory);
}
