/*
** Where files cannot be mapped: slots and the control page are written. The kernel is told to refuse such maps, as a
** file system without them does.
*/
#include "record/plain.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/fake.h"
#include "test/test.h"
#include "test/traced.h"

enum { SLOT = 16384, ENODEV = 19 };

/* For this process and its children: a shared map ends with ENODEV. */
static void refuse_maps(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), /* MAP_SHARED alone, as the agent asks for it */
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENODEV),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {COUNT(filter), filter};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static uint64_t page_get64(size_t offset) {
    char field[8] = {0};
    CHECK(os_file_read_at(&process.control_file, field, sizeof field, offset) == 0);
    return get64(field);
}

static void test_slots(const char *directory) {
    refuse_maps();
    traced_start(directory, (Settings){.slot_size = SLOT});
    CHECK(process.plain_control);
    CHECK_EQUAL(page_get64(WIRE_CONTROL_MAGIC), WIRE_MAGIC_CONTROL);
    uint64_t events = traced_slots(5), slots;
    CHECK(process.plain);
    uint64_t there = raw_events(&slots);
    CHECK_EQUAL(slots, 4);
    CHECK(events - there <= 1 + PLAIN_PART / 8);
    CHECK_EQUAL(page_get64(WIRE_CONTROL_SLOTS), 5);
    CHECK_EQUAL(page_get64(WIRE_CONTROL_RAW_END), 5 * SLOT);
    for (int i = 0; i < 10 * PLAIN_PART / 16 / 5; i++, events += 2) traced_call(); /* some parts of a slot */
    CHECK(events - raw_events(&slots) <= 1 + PLAIN_PART / 8);
    CHECK_EQUAL(slots, 5);
    uint32_t gate = WIRE_GATE_STOP; /* as a controller that cannot map it either */
    os_file_write_at(&process.control_file, &gate, sizeof gate, WIRE_CONTROL_GATE);
    for (int i = 0; i < 2 * SLOT / 16; i++) traced_call();
    CHECK_EQUAL(page_get64(WIRE_CONTROL_MAGIC + 8) >> 32, WIRE_STATE_STOPPED);
    CHECK_EQUAL(page_get64(WIRE_CONTROL_FULL_GIVEN), 0);
}

/* How a program can end: what is in the file then. Returns the events of the child. */
static uint64_t ended(const char *directory, void (*end)(void), uint64_t *there) {
    int ends[2], status;
    uint64_t events = 0, slots;
    CHECK(pipe(ends) == 0);
    traced_start(directory, (Settings){.slot_size = SLOT});
    pid_t child = fork();
    if (!child) {
        process.pid = process.owner = (uint32_t)getpid(); /* the one that was started */
        for (int i = 0; i < 700; i++, events += 2) traced_call();
        if (write(ends[1], &events, sizeof events) == sizeof events) end();
        _exit(1);
    }
    CHECK(read(ends[0], &events, sizeof events) == sizeof events);
    waitpid(child, &status, 0);
    *there = raw_events(&slots);
    return events;
}

static void end_by_exit(void) { exit(0); }
static void end_by_kill(void) { kill(getpid(), SIGKILL); }

static void test_exit(const char *directory) {
    uint64_t there;
    refuse_maps();
    CHECK_EQUAL(ended(directory, end_by_exit, &there), there);
    CHECK_EQUAL(there, 1400);
}

static void test_kill(const char *directory) {
    uint64_t there;
    refuse_maps();
    uint64_t events = ended(directory, end_by_kill, &there);
    CHECK(there < events && events - there <= PLAIN_PART / 8);
}

/* What could not be written is lost, and the slot ends where the file does. */
static void test_no_space(const char *directory) {
    refuse_maps();
    traced_start(directory, (Settings){.slot_size = SLOT, .drop = true});
    uint64_t events = traced_slots(3), slots;
    File whole = process.raw;
    struct stat facts;
    process.raw.fd = open("/dev/full", O_RDWR);
    fstat(process.raw.fd, &facts);
    process.raw.device = (uint64_t)(facts.st_dev >> 8 & 0xfff) << 32 | (facts.st_dev & 0xff);
    process.raw.inode = facts.st_ino;
    for (; !thread_mine->losing; events += 2) traced_call();
    process.raw = whole;
    CHECK_EQUAL(control_get32(WIRE_CONTROL_STATE), WIRE_STATE_RECORDING);
    for (; thread_mine->losing; events += 2) traced_call();
    events += traced_slots(1); /* the slot before is whole now */
    while ((char *)thread_mine->next < thread_mine->slot.at + PLAIN_PART) traced_call(), events += 2;
    traced_call(), events += 2;
    uint64_t open = 0, *word = (uint64_t *)(thread_mine->slot.at + thread_mine->slot.written);
    for (; word < thread_mine->next; word++) open += (*word & 7) != WIRE_MARK;
    CHECK_EQUAL(raw_events(&slots) + open + control_get64(WIRE_CONTROL_DROPPED_SPACE), events);
    CHECK(control_get64(WIRE_CONTROL_DROPPED_SPACE) > 0);
}

void test_plain(const char *directory) {
    test_apart(test_slots, "plain", directory);
    test_apart(test_exit, "plain-exit", directory);
    test_apart(test_kill, "plain-kill", directory);
    test_apart(test_no_space, "plain-space", directory);
}
