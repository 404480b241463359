#include "record/fork.h"
#include "abi/python.h"
#include "record/arena.h"
#include "record/introduce.h"

bool fork_left_alone;

/* The parent's descriptors, which the child shares; the parent keeps its own. */
static void close_inherited(void) {
    os_file_close(&process.control_file);
    os_file_close(&process.names);
    os_file_close(&process.raw);
}

static bool become_own(Record *about) {
    char name[64];
    Text parent = process_name();
    if (parent.size > sizeof name) return false;
    memcpy(name, parent.at, parent.size);
    parent.at = name;
    uint64_t named = process.names_size;
    if (process.lock.held) arena_forget(); /* by another thread, which is not in the child: it may have been amid this */
    process.lock = (Lock){0};
    close_inherited();
    slots_forget();
    threads_forget();
    process.forked = true;
    process.next_thread = 1;
    process.interpreters = 1;
    if (process_create()) return false;
    bool fine = introduce_process(about, parent) && introduce_fork(named, parent);
    if (fine) {
        process_publish(chunks_size());
    } else {
        process_refuse("there is no space in the trace directory");
        close_inherited();
    }
    return fine;
}

/* Two threads of the child may come at once. The interpreter is asked first: see Lock. */
static void follow(void) {
    static ForkLock lock;
    Record about = {0};
    if (process.settings.children) {
        Pending pending = pending_take();
        introduce_gather(&about);
        py.Err_Clear();
        pending_give(pending);
    }
    fork_lock_take(&lock);
    if (!fork_left_alone && !process_is_ours() && (!process.settings.children || !become_own(&about)))
        __atomic_store_n(&fork_left_alone, true, __ATOMIC_RELAXED);
    record_free(&about);
    fork_lock_give(&lock);
}

bool fork_follow(void) {
    if (LIKELY(!fork_left_alone && process_is_ours())) return true;
    if (!fork_left_alone) follow();
    return !fork_left_alone;
}
