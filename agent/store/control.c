/*
** The control page: what the agent says of itself, and what the controller wants of it.
*/
#include "store/process.h"

static void set32(size_t offset, uint32_t v) { __atomic_store_n(control32(offset), v, __ATOMIC_RELAXED); }
static void set64(size_t offset, uint64_t v) { __atomic_store_n(control64(offset), v, __ATOMIC_RELAXED); }

void process_publish(uint32_t chunk_size) {
    set32(WIRE_CONTROL_VERSION, WIRE_VERSION);
    set32(WIRE_CONTROL_STATE, WIRE_STATE_RECORDING);
    set32(WIRE_CONTROL_PID, process.pid);
    set32(WIRE_CONTROL_PPID, os_parent_pid());
    set32(WIRE_CONTROL_SLOT_SIZE, process.settings.slot_size);
    set32(WIRE_CONTROL_CLOCK_KIND, process.counter ? CPU_CLOCK : WIRE_CLOCKKIND_MONOTONIC);
    set64(WIRE_CONTROL_START_WALL_NS, os_wall_ns());
    set64(WIRE_CONTROL_START_MONO_NS, os_monotonic_ns());
    set64(WIRE_CONTROL_START_TICKS, process_ticks());
    set64(WIRE_CONTROL_TICK_HZ, process.counter ? cpu_tick_hz() : 1000000000);
    set32(WIRE_CONTROL_ARCH, CPU_ARCH);
    set32(WIRE_CONTROL_OS, os_number);
    set32(WIRE_CONTROL_PYTHON_HEX, process.python_hex);
    set32(WIRE_CONTROL_TOOL_ID, process.tool);
    set32(WIRE_CONTROL_HOOK, process.hook);
    set64(WIRE_CONTROL_CHUNK_SIZE, chunk_size);
    set32(WIRE_CONTROL_LOCATIONS, process.next_location);
    set32(WIRE_CONTROL_FORKED, process.forked);
    set64(WIRE_CONTROL_LIMIT, process.settings.limit);
    set32(WIRE_CONTROL_BUILD, process.build);
    set32(WIRE_CONTROL_INTERPRETERS, process.interpreters);
    if (process.plain_control) /* a reader that sees the magic finds the rest */
        os_file_write_at(&process.control_file, process.control, WIRE_CONTROL_BYTES, 0);
    __atomic_store_n(control64(WIRE_CONTROL_MAGIC), WIRE_MAGIC_CONTROL, __ATOMIC_RELEASE);
    process_synchronize();
    __atomic_store_n(&process.owner, process.pid, __ATOMIC_RELEASE);
}

/* The controller's fields are left alone; of the rest, what lies between them is not used in this mode. */
void process_synchronize(void) {
    enum { OWN = WIRE_CONTROL_FRONTIER, ASKED = WIRE_CONTROL_GATE, ASKED_SIZE = WIRE_CONTROL_DROPPED_LIMIT - ASKED };
    if (!process.plain_control) return;
    char *page = process.control;
    File *file = &process.control_file;
    os_file_write_at(file, page, OWN, 0);
    os_file_write_at(file, page + WIRE_CONTROL_DROPPED_LIMIT, 8, WIRE_CONTROL_DROPPED_LIMIT);
    os_file_write_at(file, page + WIRE_CONTROL_TRIGGER, WIRE_CONTROL_FREED_CHUNKS - WIRE_CONTROL_TRIGGER, WIRE_CONTROL_TRIGGER);
    os_file_read_at(file, page + ASKED, ASKED_SIZE, ASKED);
}

static uint32_t noted(void) { return __atomic_load_n(control32(WIRE_CONTROL_ERROR), __ATOMIC_RELAXED); }

static void note(uint32_t fault, int64_t result) {
    if (noted()) return;
    set32(WIRE_CONTROL_ERROR_ERRNO, result < 0 ? (uint32_t)-result : 0);
    set32(WIRE_CONTROL_ERROR, fault);
}

static void set_stopped(void) {
    __atomic_store_n(control32(WIRE_CONTROL_STATE), WIRE_STATE_STOPPED, __ATOMIC_RELEASE);
    process_synchronize();
}

void process_stop(uint32_t fault, int64_t result) {
    if (process_stopped()) return;
    note(fault, result);
    set_stopped();
}

void process_fail(uint32_t fault, int64_t result) {
    if (!process.settings.drop)
        process_stop(fault, result);
    else if (!process_stopped())
        note(fault, result);
}

bool process_open(uint32_t *fault) {
    uint32_t gate = __atomic_load_n(control32(WIRE_CONTROL_GATE), __ATOMIC_ACQUIRE);
    if (gate == WIRE_GATE_STOP) process_stop(WIRE_FAULT_LIMIT, 0);
    if (gate == WIRE_GATE_END && !process_stopped()) set_stopped();
    *fault = 0;
    if (process_stopped())
        *fault = gate == WIRE_GATE_END ? 0 : noted();
    else if (gate == WIRE_GATE_HOLD)
        note(*fault = WIRE_FAULT_LIMIT, 0);
    else
        return true;
    return false;
}

void process_drop(uint32_t fault) {
    size_t offset = WIRE_CONTROL_DROPPED_SPACE;
    if (!fault) return;
    if (fault == WIRE_FAULT_MEMORY) offset = WIRE_CONTROL_DROPPED_MEMORY;
    if (fault == WIRE_FAULT_NAMES || fault == WIRE_FAULT_LOCATIONS) offset = WIRE_CONTROL_DROPPED_NAMES;
    if (fault == WIRE_FAULT_LIMIT) offset = WIRE_CONTROL_DROPPED_LIMIT;
    __atomic_fetch_add(control64(offset), 1, __ATOMIC_RELAXED);
}
