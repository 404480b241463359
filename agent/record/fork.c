#include "record/fork.h"
#include "abi/python.h"
#include "record/introduce.h"

bool fork_left_alone;

/* The parent's descriptors, which the child shares; the parent keeps its own. */
static void close_inherited(void) {
    os_file_close(&process.control_file);
    os_file_close(&process.names);
    os_file_close(&process.raw);
}

static bool become_own(void) {
    char name[64];
    Text parent = process_name();
    if (parent.size > sizeof name) return false;
    memcpy(name, parent.at, parent.size);
    parent.at = name;
    uint64_t named = process.names_size;
    process.lock = (Lock){0}; /* another thread may have held it */
    close_inherited();
    slots_forget();
    threads_forget();
    process.forked = true;
    process.next_thread = 1;
    if (process_create()) return false;
    Pending pending = pending_take();
    bool fine = introduce_process(parent) && introduce_fork(named, parent);
    py.Err_Clear();
    pending_give(pending);
    if (fine)
        process_publish(chunks_size());
    else
        close_inherited();
    return fine;
}

bool fork_follow(void) {
    if (LIKELY(!fork_left_alone && process_is_ours())) return true;
    if (!fork_left_alone) fork_left_alone = !process.settings.children || !become_own();
    return !fork_left_alone;
}
