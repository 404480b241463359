/*
** Creating a process's part of the trace, and its control page.
*/
#include "store/process.h"

Process process;

static void control32(size_t offset, uint32_t v) {
    __atomic_store_n((uint32_t *)(process.control + offset), v, __ATOMIC_RELAXED);
}

static void control64(size_t offset, uint64_t v) {
    __atomic_store_n((uint64_t *)(process.control + offset), v, __ATOMIC_RELAXED);
}

/* proc-<pid>-<n> with the first free n: an earlier process of this run may have had the same pid. */
static int64_t make_directory(Text trace) {
    if (trace.size + 40 > sizeof process.directory) return -36;
    for (uint32_t n = 0;; n++) {
        char *at = process.directory;
        memcpy(at, trace.at, trace.size);
        at += trace.size;
        memcpy(at, "/proc-", 6);
        at = text_decimal(at + 6, process.pid);
        *at++ = '-';
        at = text_decimal(at, n);
        *at = 0;
        process.path = (Text){process.directory, (size_t)(at - process.directory)};
        int64_t result = os_make_directory(process.directory);
        if (result != -17) return result; /* EEXIST */
    }
}

static const char *create_control(void) {
    if (os_file_create(&process.control_file, process.path, TEXT("control")) < 0)
        return "the file control cannot be created in the trace directory";
    if (os_file_allocate(&process.control_file, 0, WIRE_CONTROL_BYTES) < 0)
        return "there is no space for the file control in the trace directory";
    process.control = os_file_map(&process.control_file, 0, WIRE_CONTROL_BYTES);
    return process.control ? NULL : "the file control cannot be mapped";
}

static const char *create_names(void) {
    char head[WIRE_NAMES_HEAD_BYTES] = {0};
    put64(head + WIRE_NAMES_HEAD_MAGIC, WIRE_MAGIC_NAMES);
    put32(head + WIRE_NAMES_HEAD_VERSION, WIRE_VERSION);
    if (os_file_create(&process.names, process.path, TEXT("names")) < 0)
        return "the file names cannot be created in the trace directory";
    if (os_file_write_at(&process.names, head, sizeof head, 0) < 0)
        return "there is no space for the file names in the trace directory";
    process.names_size = sizeof head;
    return NULL;
}

const char *process_create(Text trace) {
    process.pid = os_pid();
    process.counter = cpu_invariant();
    process.next_location = process.next_file = process.next_thread = 1;
    if (make_directory(trace) < 0) return "the trace directory cannot be written to";
    const char *why = create_control();
    if (!why) why = create_names();
    if (!why && os_file_create(&process.raw, process.path, TEXT("raw")) < 0)
        why = "the file raw cannot be created in the trace directory";
    return why;
}

void process_publish(uint32_t python_hex, uint32_t tool, uint32_t chunk_size) {
    control32(WIRE_CONTROL_VERSION, WIRE_VERSION);
    control32(WIRE_CONTROL_STATE, WIRE_STATE_RECORDING);
    control32(WIRE_CONTROL_PID, process.pid);
    control32(WIRE_CONTROL_PPID, os_parent_pid());
    control32(WIRE_CONTROL_SLOT_SIZE, process.settings.slot_size);
    control32(WIRE_CONTROL_CLOCK_KIND, process.counter ? CPU_CLOCK : WIRE_CLOCKKIND_MONOTONIC);
    control64(WIRE_CONTROL_START_WALL_NS, os_wall_ns());
    control64(WIRE_CONTROL_START_MONO_NS, os_monotonic_ns());
    control64(WIRE_CONTROL_START_TICKS, process_ticks());
    control64(WIRE_CONTROL_TICK_HZ, process.counter ? cpu_tick_hz() : 1000000000);
    control32(WIRE_CONTROL_ARCH, CPU_ARCH);
    control32(WIRE_CONTROL_OS, os_number);
    control32(WIRE_CONTROL_PYTHON_HEX, python_hex);
    control32(WIRE_CONTROL_TOOL_ID, tool);
    control64(WIRE_CONTROL_CHUNK_SIZE, chunk_size);
    control32(WIRE_CONTROL_LOCATIONS, process.next_location);
    __atomic_store_n((uint64_t *)(process.control + WIRE_CONTROL_MAGIC), WIRE_MAGIC_CONTROL, __ATOMIC_RELEASE);
}

bool process_is_ours(void) { return process.pid == os_pid(); }

void process_stop(uint32_t fault, int64_t result) {
    if (process_stopped()) return;
    control32(WIRE_CONTROL_ERROR, fault);
    control32(WIRE_CONTROL_ERROR_ERRNO, result < 0 ? (uint32_t)-result : 0);
    control32(WIRE_CONTROL_STATE, WIRE_STATE_STOPPED);
}

void process_drop(void) {
    size_t offset = WIRE_CONTROL_DROPPED_SPACE;
    uint32_t fault = get32(process.control + WIRE_CONTROL_ERROR);
    if (fault == WIRE_FAULT_MEMORY) offset = WIRE_CONTROL_DROPPED_MEMORY;
    if (fault == WIRE_FAULT_NAMES || fault == WIRE_FAULT_LOCATIONS) offset = WIRE_CONTROL_DROPPED_NAMES;
    __atomic_fetch_add((uint64_t *)(process.control + offset), 1, __ATOMIC_RELAXED);
}
