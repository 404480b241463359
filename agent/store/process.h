/*
** The files of this process in the trace directory, and its control page. One process has one; a forked child is a
** different process and must not touch it (see process_is_ours).
*/
#ifndef AGENT_PROCESS_H
#define AGENT_PROCESS_H

#include "base/base.h"
#include "gen/wire.h"
#include "os/os.h"
#include "store/settings.h"

typedef struct {
    Settings settings;
    uint32_t pid;
    bool counter; /* ticks are the CPU's counter, not the system's clock */
    char directory[3584];
    Text path; /* of directory */
    char *control;
    File control_file, names, raw;
    Lock lock; /* guards what grows: names, raw, threads, codes */
    uint64_t names_size;
    uint32_t next_location, next_file, next_thread;
} Process;

extern Process process;

/* Makes proc-<pid>-<n> below trace with its files. NULL or why not; nothing is left open then. */
const char *process_create(Text trace);

/* Makes the control page valid: readers may come. */
void process_publish(uint32_t python_hex, uint32_t tool, uint32_t chunk_size);

/* False in a forked child. Makes a system call. */
bool process_is_ours(void);

/* Latches the first fault and stops the recording for good; what follows is counted. */
void process_stop(uint32_t fault, int64_t result);
static inline bool process_stopped(void) {
    return __atomic_load_n((uint32_t *)(process.control + WIRE_CONTROL_STATE), __ATOMIC_RELAXED) !=
           WIRE_STATE_RECORDING;
}

/* Counts an event that could not be recorded, under the latched fault. */
void process_drop(void);

static inline uint64_t process_ticks(void);

#include "cpu/cpu.h"

static inline uint64_t process_ticks(void) { return LIKELY(process.counter) ? cpu_ticks() : os_monotonic_ns(); }

#endif
