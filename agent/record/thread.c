#include "record/thread.h"
#include "gen/wire.h"
#include "record/fork.h"
#include "record/plain.h"
#include "record/room.h"
#include "record/task.h"

enum { FIRST_FRAMES = 128 };

__thread Thread *thread_mine;

static Thread *free_threads;
static Thread *known_threads; /* all, also those that are free */

static Thread *make_thread(void) {
    Thread *thread = os_memory_wiped_by_fork(sizeof *thread);
    if (!thread) return NULL;
    lock_take(&process.lock);
    thread->next_known = known_threads;
    known_threads = thread;
    lock_give(&process.lock);
    return thread;
}

static Thread *take_thread(uint32_t *number) {
    lock_take(&process.lock);
    Thread *thread = free_threads;
    if (thread) free_threads = thread->next_free;
    *number = process.next_thread++;
    __atomic_store_n(control32(WIRE_CONTROL_THREADS), *number, __ATOMIC_RELAXED);
    lock_give(&process.lock);
    if (!thread && !(thread = make_thread())) return NULL;
    if (thread->frames) return thread;
    thread->frames = os_memory(FIRST_FRAMES * sizeof(Frame));
    thread->frames_end = thread->frames + FIRST_FRAMES;
    return thread->frames ? thread : NULL;
}

Thread *thread_begin(void) {
    uint32_t number;
    Thread *thread = take_thread(&number);
    if (!thread) return NULL;
    thread->top = thread->frames;
    thread->ticks = process_ticks();
    thread->tid = os_thread_id();
    thread->number = number;
    /* The thread that a forked process began with is in the middle of the program. */
    thread->astray = process.forked && thread->tid == process.pid;
    thread_mine = thread;
    os_thread_exit_arm(thread);
    return thread;
}

/* Runs in the thread that ends, without the interpreter's lock: touches no object. */
static void thread_ended(void *value) {
    Thread *thread = value;
    if (!thread->number || !process_is_ours()) return;
    thread_mine = NULL;
    thread_end_slot(thread, true);
    task_free(&thread->tasks);
    Thread kept = {.frames = thread->frames, .frames_end = thread->frames_end, .next_known = thread->next_known};
    lock_take(&process.lock);
    kept.next_free = free_threads;
    *thread = kept;
    free_threads = thread;
    lock_give(&process.lock);
}

/* Slots that are written: what is not in the file yet. Daemon threads may still run; they write the same once more. */
static void process_ends(void *nothing) {
    (void)nothing;
    if (fork_left_alone || !process_is_ours()) return;
    lock_take(&process.lock);
    for (Thread *thread = process_plain() ? known_threads : NULL; thread; thread = thread->next_known) {
        Slot slot = thread->slot; /* a copy: the thread's own is the thread's to change */
        if (thread->number && slot.at) plain_write(&slot, (uint32_t)((char *)thread->next - slot.at));
    }
    lock_give(&process.lock);
    process_synchronize();
}

void thread_start(void) {
    os_thread_exit_hook(thread_ended);
    os_process_exit_hook(process_ends);
}

void threads_forget(void) {
    free_threads = known_threads = NULL; /* their memory was wiped */
    thread_mine = NULL;
}
