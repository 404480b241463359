#include "record/task.h"
#include "gen/wire.h"
#include "record/room.h"

enum { FIRST_KNOWN = 64, MOST_KNOWN = 1 << 20 };

/* A coroutine that has not ended. */
typedef struct KnownTask {
    const void *frame; /* NULL: free */
    uint32_t number;
} Known;

uint32_t task_current(const Tasks *tasks) { return tasks->count ? tasks->open[tasks->count - 1].number : 0; }

void task_forget_open(Tasks *tasks) { tasks->count = 0; }

void task_free(Tasks *tasks) {
    if (tasks->known) os_memory_free(tasks->known, tasks->size * sizeof(Known));
    *tasks = (Tasks){0};
}

#ifdef TRACER_NOOP

void task_open(unsigned kind, const Object *object, const void *frame) { (void)kind, (void)object, (void)frame; }
void task_close(unsigned kind) { (void)kind; }

#else

static size_t place(const Tasks *tasks, const void *frame) {
    return (size_t)((uintptr_t)frame >> 4) * 0x9e3779b97f4a7c15ULL >> 20 & (tasks->size - 1);
}

/* Its entry, or the free one where it belongs. There is always one free. */
static Known *find(const Tasks *tasks, const void *frame) {
    size_t i = place(tasks, frame);
    while (tasks->known[i].frame && tasks->known[i].frame != frame) i = (i + 1) & (tasks->size - 1);
    return &tasks->known[i];
}

/* A table twice as large. False: there is no memory, or there are too many. */
static bool grow(Tasks *tasks) {
    Tasks larger = {.size = tasks->size ? tasks->size * 2 : FIRST_KNOWN, .used = tasks->used};
    if (larger.size > MOST_KNOWN || !(larger.known = os_memory(larger.size * sizeof(Known)))) return false;
    for (size_t i = 0; i < tasks->size; i++)
        if (tasks->known[i].frame) *find(&larger, tasks->known[i].frame) = tasks->known[i];
    if (tasks->known) os_memory_free(tasks->known, tasks->size * sizeof(Known));
    tasks->known = larger.known;
    tasks->size = larger.size;
    return true;
}

/* Takes an entry out, and moves those behind it that would not be found any more. */
static void forget(Tasks *tasks, const void *frame) {
    size_t mask = tasks->size - 1;
    if (!tasks->size || !frame || !find(tasks, frame)->frame) return;
    size_t hole = (size_t)(find(tasks, frame) - tasks->known);
    for (size_t i = (hole + 1) & mask; tasks->known[i].frame; i = (i + 1) & mask) {
        size_t home = place(tasks, tasks->known[i].frame);
        if (((i - home) & mask) < ((i - hole) & mask)) continue;
        tasks->known[hole] = tasks->known[i];
        hole = i;
    }
    tasks->known[hole].frame = NULL;
    tasks->used--;
}

static uint32_t new_number(void) {
    static uint32_t last;
    uint32_t number;
    while (!(number = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED))) continue;
    return number;
}

/* The number of a coroutine: a new one, if it starts, or is not known. */
static uint32_t number_of(Tasks *tasks, unsigned kind, const void *frame) {
    if (!frame) return new_number();
    Known *known = tasks->size ? find(tasks, frame) : NULL;
    if (known && known->frame) {
        if (kind == WIRE_CALL) known->number = new_number();
        return known->number;
    }
    uint32_t number = new_number();
    if ((tasks->used + 1) * 2 > tasks->size && !grow(tasks)) return number;
    *find(tasks, frame) = (Known){frame, number};
    tasks->used++;
    return number;
}

/* Those whose frames are open no more. */
static void drop_closed(Tasks *tasks, uint32_t depth) {
    while (tasks->count && tasks->open[tasks->count - 1].depth > depth) tasks->count--;
}

/* Where there is no room the next slot begins with it. */
static void mark(Thread *thread) {
    if (thread->losing || thread->next == thread->end) return;
    uint64_t task = task_current(&thread->tasks);
    __atomic_store_n(thread->next, task << WIRE_DELTA_SHIFT | WIRE_MARK_TASK << WIRE_LOCATION_SHIFT | WIRE_MARK, __ATOMIC_RELAXED);
    thread->next++;
}

void task_open(unsigned kind, const Object *object, const void *frame) {
    Thread *thread = thread_mine;
    if (!thread || thread->next == thread->end)
        if (!(thread = thread_make_room(object))) return;
    Tasks *tasks = &thread->tasks;
    uint32_t depth = (uint32_t)(thread->top - thread->frames);
    drop_closed(tasks, depth);
    if (tasks->count == COUNT(tasks->open)) return; /* event loops within event loops: of the outer task */
    tasks->open[tasks->count++] = (OpenTask){.depth = depth + 1, .number = number_of(tasks, kind, frame), .frame = frame};
    mark(thread);
}

void task_close(unsigned kind) {
    Thread *thread = thread_mine;
    if (!thread) return;
    Tasks *tasks = &thread->tasks;
    uint32_t depth = (uint32_t)(thread->top - thread->frames);
    while (tasks->count && tasks->open[tasks->count - 1].depth > depth) {
        const OpenTask *task = &tasks->open[--tasks->count];
        if (kind != WIRE_YIELD) forget(tasks, task->frame);
    }
    if (thread->next == thread->end) thread_make_room(NULL);
    mark(thread);
}

#endif
