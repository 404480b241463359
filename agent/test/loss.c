/*
** Events that find no room: counted by their cause and in the slot before them; and how recording goes on.
*/
#include "test/traced.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/fake.h"
#include "test/test.h"

enum { SLOT = 4096, IN_CHUNK = (1 << 20) / SLOT };

static uint32_t lost_here(void) { return get32(thread_mine->slot.at + WIRE_SLOT_LOST); }

/* The end of the only chunk there may be. Returns the events that had room. */
static uint64_t fill(void) {
    uint64_t events = traced_slots(IN_CHUNK);
    while (thread_mine->next < thread_mine->end) {
        record_line(outer, 11);
        events++;
    }
    CHECK_EQUAL(lost_here(), 0);
    return events;
}

static void test_stop(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT, .limit = 1});
    uint64_t events = fill(), slots;
    CHECK_EQUAL(raw_events(&slots), events);
    for (int i = 0; i < 10; i++) traced_call();
    CHECK_EQUAL(control_get32(WIRE_CONTROL_STATE), WIRE_STATE_STOPPED);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_ERROR), WIRE_FAULT_LIMIT);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_LIMIT), 20);
    CHECK_EQUAL(lost_here(), 20);
    controller_drains(); /* it has stopped for good */
    for (int i = 0; i < 2000; i++) traced_call();
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_LIMIT), 4020);
    put32(thread_mine->slot.at + WIRE_SLOT_LOST, UINT32_MAX - 1);
    for (int i = 0; i < 2; i++) traced_call();
    CHECK_EQUAL(lost_here(), UINT32_MAX);
    CHECK(raw_events(&slots) < events);
}

/* Goes on in an emptied slot, whose frames are those that the interpreter has by then. */
static void test_drop(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT, .limit = 1, .drop = true});
    fake_enter(outer, 10);
    uint64_t events = fill(), drained = controller_drains(), slots;
    CHECK(drained < events);
    control_put32(WIRE_CONTROL_FREE_GIVEN, control_get32(WIRE_CONTROL_FREE_TAKEN)); /* none is given back yet */
    fake_enter(inner, 20);
    record_open(WIRE_CALL, inner, inner_code, inner_code->base);
    fake_enter(outer, 10);
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    record_line(outer, 12);
    CHECK_EQUAL(lost_here(), 3);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_LIMIT), 3);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_STATE), WIRE_STATE_RECORDING);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_ERROR), WIRE_FAULT_LIMIT);
    uint64_t before = thread_mine->ticks, old = thread_mine->slot.offset;
    controller_gives(5);
    fake_line(12);
    fake_enter(outer, 10); /* a recursion: the frame that the event opens is not open yet, the one around it is */
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    char *slot = thread_mine->slot.at;
    CHECK_EQUAL(thread_mine->slot.offset, 5 * SLOT);
    CHECK_EQUAL(get32(slot + WIRE_SLOT_FRAMES), 3);
    CHECK(get64(slot + WIRE_SLOT_TICKS) > before);
    uint32_t want[] = {outer_code->base + 1, inner_code->base + 1, outer_code->base + 3};
    for (int i = 0; i < 3; i++) {
        char *frame = slot + WIRE_SLOT_BYTES + i * WIRE_FRAME_BYTES;
        CHECK_EQUAL(get32(frame + WIRE_FRAME_LOCATION), want[i]);
        CHECK_EQUAL(get64(frame + WIRE_FRAME_ENTERED_TICKS), get64(slot + WIRE_SLOT_TICKS));
    }
    CHECK_EQUAL(thread_mine->top - thread_mine->frames, 4);
    char gap[SLOT];
    controller_reads((uint32_t)(old / SLOT), gap);
    CHECK_EQUAL(get32(gap + WIRE_SLOT_LOST), 3);
    CHECK_EQUAL(get32(gap + WIRE_SLOT_USED), SLOT);
    record_close(WIRE_RETURN, outer, outer_code);
    CHECK_EQUAL(drained + controller_drains() + raw_events(&slots), events + 2);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_LIMIT), 3);
}

/* Without an emptied slot, room is asked for now and then only: here the limit is raised meanwhile. */
static void test_retry(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT, .limit = 1, .drop = true});
    fill();
    traced_call();
    put64(process.control + WIRE_CONTROL_LIMIT, 2);
    uint32_t calls = 0;
    for (; thread_mine->losing && calls < 5000; calls++) traced_call();
    CHECK(calls > 100 && calls <= 513);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_FRONTIER), 2);
    put64(process.control + WIRE_CONTROL_FREED_CHUNKS, 1); /* the limit is of those that are there */
    traced_slots(IN_CHUNK);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_FRONTIER), 3);
    control_put32(WIRE_CONTROL_GATE, WIRE_GATE_STOP);
    while (!thread_mine->losing) traced_call();
    CHECK_EQUAL(control_get32(WIRE_CONTROL_STATE), WIRE_STATE_STOPPED);
}

static void test_gate(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT});
    traced_slots(3);
    control_put32(WIRE_CONTROL_GATE, WIRE_GATE_HOLD);
    while (!thread_mine->losing) traced_call();
    uint64_t dropped = control_get64(WIRE_CONTROL_DROPPED_LIMIT);
    controller_drains(); /* not even these are taken */
    for (int i = 0; i < 3000; i++) traced_call();
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_LIMIT), dropped + 6000);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_STATE), WIRE_STATE_RECORDING);
    control_put32(WIRE_CONTROL_GATE, WIRE_GATE_RECORD);
    dropped = control_get64(WIRE_CONTROL_DROPPED_LIMIT);
    traced_slots(2);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_LIMIT), dropped);
    control_put32(WIRE_CONTROL_GATE, WIRE_GATE_END);
    for (int i = 0; i < 3000; i++) traced_call();
    CHECK_EQUAL(control_get32(WIRE_CONTROL_STATE), WIRE_STATE_STOPPED);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_LIMIT), dropped);
    CHECK_EQUAL(lost_here(), 0);
}

static void test_end(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT});
    control_put32(WIRE_CONTROL_GATE, WIRE_GATE_END);
    for (int i = 0; i < 3000; i++) traced_call();
    CHECK_EQUAL(control_get32(WIRE_CONTROL_STATE), WIRE_STATE_STOPPED);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_ERROR), 0);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_SLOTS), 0);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_SPACE) + control_get64(WIRE_CONTROL_DROPPED_LIMIT), 0);
}

/* Makes a file one that has no space. */
static File no_space(File *file) {
    File whole = *file;
    struct stat facts;
    file->fd = open("/dev/full", O_RDWR);
    fstat(file->fd, &facts);
    file->device = (uint64_t)(facts.st_dev >> 8 & 0xfff) << 32 | (facts.st_dev & 0xff);
    file->inode = facts.st_ino;
    return whole;
}

/* No thread and no code object is recorded that has no name; what had one is. */
static void test_unnamed(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT, .drop = true});
    File whole = no_space(&process.names);
    uint32_t next = process.next_location;
    CHECK(traced_code(fake_code("/app/b.py", "late", 1, 3, 0)) == NULL);
    CHECK_EQUAL(process.next_location, next);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_ERROR), WIRE_FAULT_NAMES);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_ERROR_ERRNO), 28);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_STATE), WIRE_STATE_RECORDING);
    for (int i = 0; i < 100; i++) traced_call();
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_NAMES), 200);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_SLOTS), 0);
    process.names = whole;
    traced_slots(1);
    CHECK(control_get64(WIRE_CONTROL_DROPPED_NAMES) >= 1023);
    CHECK(traced_code(fake_code("/app/b.py", "late", 1, 3, 0)) != NULL);
}

/* A full disk is no end either: the chunk that could not be allocated stays the next one. */
static void test_space(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT, .drop = true});
    traced_slots(IN_CHUNK);
    File whole = no_space(&process.raw);
    for (int i = 0; i < 5000; i++) traced_call();
    CHECK_EQUAL(control_get32(WIRE_CONTROL_ERROR), WIRE_FAULT_GROW);
    CHECK(control_get32(WIRE_CONTROL_ERROR_ERRNO) != 0);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_DROPPED_SPACE), lost_here());
    CHECK(lost_here() > 9000);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_FRONTIER), 2);
    process.raw = whole;
    traced_slots(1);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_FRONTIER), 2);
    CHECK_EQUAL(thread_mine->slot.offset, IN_CHUNK * SLOT);
}

/* What the agent leaves in the directory of a process that cannot begin. The size of it, negative: nothing. */
static long reason_left(char *out, size_t size) {
    char path[sizeof process.directory + 16];
    snprintf(path, sizeof path, "%.*s/refused", (int)process.path.size, process.path.at);
    int fd = open(path, O_RDONLY);
    long n = fd < 0 ? -1 : read(fd, out, size);
    if (fd >= 0) close(fd);
    return n;
}

static void test_refused(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT});
    char text[64];
    CHECK(reason_left(text, sizeof text) < 0);
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, limit.rlim_max});
    CHECK(process_create() != NULL);
    setrlimit(RLIMIT_FSIZE, &limit);
    CHECK_EQUAL(reason_left(text, sizeof text), 0); /* without space for the reason: the file alone */
    CHECK(process_create() == NULL);
    CHECK(reason_left(text, sizeof text) < 0);
    process_refuse("no room");
    CHECK_EQUAL(reason_left(text, sizeof text), 7);
    CHECK(memcmp(text, "no room", 7) == 0);
}

void test_loss(const char *directory) {
    test_apart(test_stop, "stop", directory);
    test_apart(test_drop, "drop", directory);
    test_apart(test_retry, "retry", directory);
    test_apart(test_gate, "gate", directory);
    test_apart(test_end, "end", directory);
    test_apart(test_unnamed, "unnamed", directory);
    test_apart(test_space, "space", directory);
    test_apart(test_refused, "refused", directory);
}
