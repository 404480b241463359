/*
** The files of this process in the trace directory, and its control page. One process has one; a forked child is a
** different process and must not touch it (see record/fork.h).
*/
#ifndef AGENT_PROCESS_H
#define AGENT_PROCESS_H

#include "base/base.h"
#include "gen/wire.h"
#include "os/os.h"
#include "store/settings.h"

enum { BUILD_FREE_THREADED = 1 }; /* as wire.BuildFreeThreaded */

typedef struct {
    Settings settings;
    uint32_t pid;
    uint32_t owner; /* pid, once all the rest is there */
    uint32_t build, interpreters; /* BUILD_…, and how many interpreters events are recorded of */
    uint32_t python_hex, tool; /* PY_VERSION_HEX, the id at sys.monitoring */
    uint32_t hook;             /* a WIRE_HOOK_: how events come */
    bool counter;       /* ticks are the CPU's counter, not the system's clock */
    bool forked;        /* goes on with its parent's code objects */
    bool plain;         /* raw cannot be mapped: slots are written (see record/plain.h) */
    bool plain_control; /* the same of control */
    Text trace;         /* the trace directory */
    char directory[3584];
    Text path; /* of directory */
    char *control;
    File control_file, names, raw;
    Lock lock; /* guards what grows: names, raw, threads, codes */
    uint64_t names_size;
    uint32_t next_location, next_file, next_thread;
    uint32_t pace; /* pace_look when costs were measured; 0: they were not */
} Process;

extern Process process;

/* Whether slots are written and not mapped: decided with the first one, and looked at with and without the lock. */
static inline bool process_plain(void) { return __atomic_load_n(&process.plain, __ATOMIC_RELAXED); }

/* Makes proc-<pid>-<n> below process.trace with its files. NULL or why not; nothing is left open then. */
const char *process_create(void);

/* Leaves a reason in the directory why the process does not begin. Without one it was killed before it could. */
void process_refuse(const char *why);

/* Name of the process's directory in the trace. */
Text process_name(void);

/* Makes the control page valid: readers may come. */
void process_publish(uint32_t chunk_size);

/* False in a forked child. Makes a system call. */
bool process_is_ours(void);

/* The first fault is noted; unless the settings say to drop events and go on, recording stops for good. */
void process_fail(uint32_t fault, int64_t result);

/* The same, and recording stops in any case. */
void process_stop(uint32_t fault, int64_t result);

static inline bool process_stopped(void) {
    return __atomic_load_n((uint32_t *)(process.control + WIRE_CONTROL_STATE), __ATOMIC_ACQUIRE) !=
           WIRE_STATE_RECORDING;
}

/*
** Asks the controller's gate. True: events may be recorded. Else *fault is why not; it is 0 where recording was ended,
** and what comes is no loss.
*/
bool process_open(uint32_t *fault);

/* Counts an event that could not be recorded because of a fault; 0: nothing is to be counted. */
void process_drop(uint32_t fault);

/* Where the control page is not mapped: writes what has changed, and reads what the controller asks for. */
void process_synchronize(void);

/* A field of the control page. */
static inline uint32_t *control32(size_t offset) { return (uint32_t *)(process.control + offset); }
static inline uint64_t *control64(size_t offset) { return (uint64_t *)(process.control + offset); }

static inline uint64_t process_ticks(void);

#include "cpu/cpu.h"

static inline uint64_t process_ticks(void) { return LIKELY(process.counter) ? cpu_ticks() : os_monotonic_ns(); }

#endif
