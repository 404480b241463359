/*
** Slots that are drained and used again: the lists full and free, and what may stand in them.
*/
#include "test/traced.h"

#include <pthread.h>
#include <sys/stat.h>

#include "test/test.h"

enum { SLOT = 4096, IN_CHUNK = (1 << 20) / SLOT };

/* Both lists wrap around several times, and raw does not grow. */
static void test_reuse(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT});
    uint64_t events = 0, drained = 0, slots;
    for (int i = 0; i < 300; i++) {
        events += traced_slots(50);
        drained += controller_drains();
    }
    CHECK(control_get32(WIRE_CONTROL_FULL_GIVEN) > 3 * WIRE_FULL_ENTRIES);
    CHECK(control_get32(WIRE_CONTROL_FREE_TAKEN) > 3 * WIRE_FREE_ENTRIES);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_FRONTIER), 1);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_RAW_END), 51 * SLOT);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_FULL_MISSED), 0);
    CHECK_EQUAL(drained + raw_events(&slots), events);
    CHECK_EQUAL(slots, 1);
    CHECK_EQUAL(thread_mine->sequence, 14999);
}

/* Nobody drains: the list takes what it can, and the rest is found by its heads. */
static void test_full_list(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT});
    uint64_t events = traced_slots(WIRE_FULL_ENTRIES + 101), slots;
    CHECK_EQUAL(control_get32(WIRE_CONTROL_FULL_GIVEN), WIRE_FULL_ENTRIES);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_FULL_MISSED), 100);
    CHECK_EQUAL(raw_events(&slots), events);
    CHECK_EQUAL(slots, WIRE_FULL_ENTRIES + 101);
    CHECK_EQUAL(controller_drains() + raw_events(&slots), events);
    CHECK_EQUAL(slots, 101);
    events = traced_slots(1);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_FULL_GIVEN), WIRE_FULL_ENTRIES + 1);
}

/* The page is shared: whatever stands in the list, no slot is written to that is not empty, and nothing crashes. */
static void test_bad_entries(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT});
    uint64_t events = traced_slots(10), slots;
    uint32_t bad[] = {10, 11, IN_CHUNK, UINT32_MAX, 1 << 20, 9, 3}; /* not handed out, not there, in use, not drained */
    for (size_t i = 0; i < COUNT(bad); i++) controller_gives(bad[i]);
    events += traced_slots(3);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_FREE_TAKEN), COUNT(bad));
    CHECK_EQUAL(control_get64(WIRE_CONTROL_RAW_END), 13 * SLOT);
    CHECK_EQUAL(raw_events(&slots), events);
    CHECK_EQUAL(slots, 13);
    control_put32(WIRE_CONTROL_FREE_GIVEN, COUNT(bad) + WIRE_FREE_ENTRIES + 1);
    events += traced_slots(2);
    CHECK_EQUAL(control_get32(WIRE_CONTROL_FREE_TAKEN), COUNT(bad));
    CHECK_EQUAL(raw_events(&slots), events);
}

static int mappings_of_raw(void) {
    int count = 0;
    char line[8192];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps)) count += strstr(line, process.raw.path) != NULL;
    fclose(maps);
    return count;
}

/* A slot of a chunk that is not mapped any more; those that were used last still are. */
static void test_unmapped_chunk(const char *directory) {
    enum { LARGE = 1 << 18, CHUNKS = 30, MOST = 18 };
    traced_start(directory, (Settings){.slot_size = LARGE});
    traced_slots(4 * CHUNKS);
    CHECK(mappings_of_raw() <= MOST);
    char *zeros = calloc(1, LARGE);
    os_file_write_at(&process.raw, zeros, LARGE, 2 * LARGE);
    controller_gives(2);
    traced_slots(1);
    CHECK_EQUAL(thread_mine->slot.offset, 2 * LARGE);
    CHECK_EQUAL(control_get64(WIRE_CONTROL_FRONTIER), CHUNKS);
    CHECK(mappings_of_raw() <= MOST);
    free(zeros);
}

enum { THREADS = 4, CALLS = 40000 };
static uint32_t running;

static void *work(void *value) {
    (void)value;
    for (int i = 0; i < CALLS; i++) traced_call();
    __atomic_fetch_sub(&running, 1, __ATOMIC_RELEASE);
    return NULL;
}

/* Threads and the controller at the same time; each thread's last slot says that it is. */
static void test_threads(const char *directory) {
    traced_start(directory, (Settings){.slot_size = SLOT});
    pthread_t threads[THREADS];
    uint64_t drained = 0, slots;
    running = THREADS;
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, NULL);
    while (__atomic_load_n(&running, __ATOMIC_ACQUIRE)) drained += controller_drains();
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    drained += controller_drains();
    CHECK_EQUAL(controller_saw_last, THREADS);
    CHECK_EQUAL(drained + raw_events(&slots), 2 * THREADS * CALLS);
    CHECK_EQUAL(slots, 0);
}

static void *call_once(void *number) {
    traced_call();
    *(uint32_t *)number = (uint32_t)(thread_mine->slot.offset / process.settings.slot_size);
    return NULL;
}

/* The file's blocks; with the file system's own for it, of which a hole may need one or two more. */
enum { OWN_BLOCKS = 2 * 4096 };
static uint64_t blocks(void) {
    struct stat facts;
    CHECK(stat(process.raw.path, &facts) == 0);
    return (uint64_t)facts.st_blocks * 512;
}

/*
** Nobody drains for a while: a thread that ends gives back to the disk what it did not use. If its slot is emptied after
** all, it has its blocks again before it is written to: a full disk must not be a fault in the program.
*/
static void test_released(const char *directory) {
    enum { LARGE = 65536 };
    traced_start(directory, (Settings){.slot_size = LARGE});
    traced_slots(100);
    uint32_t number;
    pthread_t thread;
    uint64_t before = blocks();
    pthread_create(&thread, NULL, call_once, &number);
    pthread_join(thread, NULL);
    uint64_t least = before - (LARGE - 4096);
    CHECK(blocks() >= least && blocks() <= least + OWN_BLOCKS);
    char zeros[4096] = {0};
    os_file_write_at(&process.raw, zeros, sizeof zeros, (uint64_t)number * LARGE);
    controller_gives(number);
    traced_slots(1);
    CHECK_EQUAL(thread_mine->slot.offset, (uint64_t)number * LARGE);
    CHECK(blocks() >= before && blocks() <= before + OWN_BLOCKS);
}

void test_lists(const char *directory) {
    test_apart(test_reuse, "reuse", directory);
    test_apart(test_full_list, "full-list", directory);
    test_apart(test_bad_entries, "bad-entries", directory);
    test_apart(test_unmapped_chunk, "unmapped-chunk", directory);
    test_apart(test_released, "released", directory);
    test_apart(test_threads, "drained-threads", directory);
}
