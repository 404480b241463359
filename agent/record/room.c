#include "record/room.h"
#include "gen/wire.h"
#include "record/fork.h"
#include "record/introduce.h"
#include "record/plain.h"
#include "record/stack.h"
#include "record/task.h"
#include "store/pace.h"

enum { NAME_TRIES = 64, RETRY = 1024 };

/* The open frames in front of a slot's events: the innermost, as many as fit a quarter of it. */
static size_t write_frames(const Thread *thread, char *at, uint32_t *depth, uint32_t *stored) {
    size_t open = (size_t)(thread->top - thread->frames), most = process.settings.slot_size / 4 / WIRE_FRAME_BYTES;
    size_t n = open < most ? open : most;
    for (const Frame *frame = thread->top - n + 1; frame <= thread->top; frame++, at += WIRE_FRAME_BYTES) {
        put64(at + WIRE_FRAME_ENTERED_TICKS, frame->entered);
        put32(at + WIRE_FRAME_CODE, frame->base);
        put32(at + WIRE_FRAME_LOCATION, frame->location);
    }
    *depth = (uint32_t)open;
    *stored = (uint32_t)n;
    return n * WIRE_FRAME_BYTES;
}

/*
** Lets the thread write on: to the end of its slot, or of a part. A thread has no name before the module threading has
** entered it: its first slot begins with a short part, after which it is looked for again.
*/
static void open_part(Thread *thread) {
    char *next = (char *)thread->next, *at = thread->slot.at, *end = (char *)thread->slot_end;
    if (process_plain()) {
        char *part = at + ((size_t)(next - at) / PLAIN_PART + 1) * PLAIN_PART;
        if (part < end) end = part;
    }
    bool first = (char *)thread->next == at + get32(at + WIRE_SLOT_HEADER_SIZE);
    if (first && !thread->named && thread->sequence == 0 && end - next > NAME_TRIES * 8) end = next + NAME_TRIES * 8;
    thread->end = (uint64_t *)end;
}

static void begin_slot(Thread *thread, Slot slot) {
    char *at = slot.at;
    uint32_t depth, stored;
    size_t header = WIRE_SLOT_BYTES + write_frames(thread, at + WIRE_SLOT_BYTES, &depth, &stored);
    put32(at + WIRE_SLOT_HEADER_SIZE, (uint32_t)header);
    put32(at + WIRE_SLOT_THREAD, thread->number);
    put32(at + WIRE_SLOT_SEQUENCE, thread->sequence);
    put64(at + WIRE_SLOT_TICKS, thread->ticks);
    put64(at + WIRE_SLOT_PAIR_MONO_NS, os_monotonic_ns());
    put64(at + WIRE_SLOT_PAIR_TICKS, process_ticks());
    put32(at + WIRE_SLOT_DEPTH, depth);
    put32(at + WIRE_SLOT_FRAMES, stored);
    put32(at + WIRE_SLOT_TID, thread->tid);
    thread->slot = slot;
    thread->next = (uint64_t *)(at + header);
    thread->slot_end = (uint64_t *)(at + process.settings.slot_size);
    __atomic_store_n((uint32_t *)(at + WIRE_SLOT_MAGIC), WIRE_MAGIC_SLOT, __ATOMIC_RELEASE);
    slot_begun();
    open_part(thread);
}

/* Counts lost events in the head of the thread's last slot: they are missing after it. */
static void count_lost(const Thread *thread, uint32_t n) {
    if (!thread->slot.at) return;
    char *at = thread->slot.at + WIRE_SLOT_LOST;
    uint32_t lost = get32(at);
    __atomic_store_n((uint32_t *)at, lost + n < lost ? UINT32_MAX : lost + n, __ATOMIC_RELAXED);
}

/*
** Where slots are written: brings what there is into the file. What does not get there is lost: the slot ends where the
** file does.
*/
static int64_t write_part(Thread *thread) {
    Slot *slot = &thread->slot;
    int64_t result = plain_write(slot, (uint32_t)((char *)thread->next - slot->at));
    if (result == 0) return 0;
    uint32_t events = 0, header = get32(slot->at + WIRE_SLOT_HEADER_SIZE);
    char *kept = slot->at + (slot->written > header ? slot->written : header);
    for (uint64_t *word = (uint64_t *)kept; word < thread->next; word++) events += (*word & 7) != WIRE_MARK;
    for (uint32_t i = 0; i < events; i++) process_drop(WIRE_FAULT_GROW);
    count_lost(thread, events);
    thread->next = (uint64_t *)kept;
    thread->astray = true;
    process_fail(WIRE_FAULT_GROW, result);
    return result;
}

void thread_end_slot(Thread *thread, bool last) {
    if (!thread->slot.at) return;
    if (process_plain()) write_part(thread);
    slot_give(thread->slot, (uint32_t)((char *)thread->next - thread->slot.at), last);
    thread->slot.at = NULL;
}

/* The middle one of the latest looks: one in which the CPU had other work does not count. */
static uint32_t middle(const uint32_t *looks) {
    uint32_t a = looks[0], b = looks[1], c = looks[2];
    if (a > b) return b > c ? b : a < c ? a : c;
    return a > c ? a : b < c ? b : c;
}

static void put_mark(Thread *thread, uint64_t location, uint32_t value) {
    __atomic_store_n(thread->next, (uint64_t)value << WIRE_DELTA_SHIFT | location << WIRE_LOCATION_SHIFT | WIRE_MARK, __ATOMIC_RELAXED);
    thread->next++;
}

/* A slot that begins within a task says so. */
static void mark_task(Thread *thread) {
    uint32_t task = task_current(&thread->tasks);
    if (task) put_mark(thread, WIRE_MARK_TASK, task);
}

/* Says how fast the CPU is, where costs were measured: readers take them for so much larger or smaller. */
static void mark_pace(Thread *thread) {
    if (!process.pace) return;
    enum { LOOKS = sizeof thread->paces / sizeof *thread->paces };
    do {
        uint64_t pace = pace_look();
        thread->paces[thread->looks++ % LOOKS] = pace < UINT32_MAX ? (uint32_t)pace : UINT32_MAX;
    } while (thread->looks < LOOKS);
    put_mark(thread, WIRE_MARK_PACE, middle(thread->paces));
}

bool thread_new_slot(Thread *thread, const Object *opening) {
    Refusal why;
    Slot slot = slot_take(&why);
    thread->fault = why.fault;
    if (!slot.at) return false; /* the old one stays: a word that is on its way may still fit */
    if (thread->slot.at) {
        thread_end_slot(thread, false);
        thread->sequence++;
    }
    if (thread->astray) {
        thread->ticks = process_ticks();
        thread->opened = 0;
        task_forget_open(&thread->tasks);
        stack_rebuild(thread, opening);
    }
    thread->losing = thread->astray = false;
    begin_slot(thread, slot);
    mark_pace(thread);
    mark_task(thread);
    return true;
}

/* The event is lost, and each that follows comes here, until there is room. */
static Thread *lose(Thread *thread, uint32_t fault) {
    process_drop(fault);
    if (!thread) return NULL;
    if (fault) count_lost(thread, 1);
    thread->fault = fault;
    thread->losing = thread->astray = true;
    thread->own = 0;
    thread->end = thread->next;
    return NULL;
}

/* Whether to ask for room once more: when there is some, and now and then. Takes no lock and makes no system call. */
static bool worth_a_try(Thread *thread) {
    if (++thread->skipped % RETRY == 0) return true;
    bool room = thread->fault != WIRE_FAULT_MEMORY && thread->fault != WIRE_FAULT_NAMES;
    return room && slots_waiting() && get32(process.control + WIRE_CONTROL_GATE) == WIRE_GATE_RECORD;
}

static Thread *first_event(void) {
    uint32_t fault;
    if (process_stopped()) return process_open(&fault), lose(NULL, fault);
    Thread *thread = thread_begin();
    if (thread) return thread;
    process_fail(WIRE_FAULT_MEMORY, 0);
    return lose(NULL, WIRE_FAULT_MEMORY);
}

/* A part of the slot has been written. */
static Thread *go_on(Thread *thread) {
    if (process_plain() && write_part(thread) != 0) return lose(thread, WIRE_FAULT_GROW);
    if (!thread->named) {
        introduce_thread(thread);
        thread->named = true; /* it stays without a name */
    }
    open_part(thread);
    return thread;
}

static bool make_frame_room(Thread *thread) {
    if (stack_has_room(thread) || stack_grow(thread)) return true;
    process_fail(WIRE_FAULT_MEMORY, 0);
    return false;
}

/*
** A mark takes no time, and the event behind it has its own time stamp: a first line too, whose call's is over by now. If
** there is no room for both, the mark waits until there is; if there is for one, it is left out.
*/
void thread_own_time(Thread *thread, uint64_t begin) {
    uint64_t now = process_ticks(), since = begin > thread->ticks ? begin : thread->ticks;
    if (thread->losing || now <= since) return;
    uint64_t own = thread->own + (now - since);
    thread->own = thread->next == thread->end ? own : 0;
    if (thread->end - thread->next < 2) return;
    if (own > UINT32_MAX) own = UINT32_MAX;
    uint64_t mark = own << WIRE_DELTA_SHIFT | WIRE_MARK_OWN << WIRE_LOCATION_SHIFT | WIRE_MARK;
    __atomic_store_n(thread->next, mark, __ATOMIC_RELAXED);
    thread->next++;
    thread->opened = 0;
}

static Thread *make_room(const Object *opening) {
    Thread *thread = thread_mine;
    uint32_t fault;
    if (!thread || !thread->number) {
        if (!fork_follow() || !(thread = first_event())) return NULL;
    }
    if (process_stopped()) return process_open(&fault), lose(thread, fault);
    if (thread->losing && !worth_a_try(thread)) return lose(thread, thread->fault);
    if (!thread->introduced && !introduce_thread(thread)) return lose(thread, WIRE_FAULT_NAMES);
    if (!make_frame_room(thread)) return lose(thread, WIRE_FAULT_MEMORY);
    if (thread->next < thread->end) return thread;
    if (thread->next < thread->slot_end && !thread->losing) return go_on(thread);
    if (!thread_new_slot(thread, opening)) return lose(thread, thread->fault);
    return make_frame_room(thread) ? thread : lose(thread, WIRE_FAULT_MEMORY); /* the frames may be others now */
}

Thread *thread_make_room(const Object *opening) {
    uint64_t begin = process_ticks();
    Thread *thread = make_room(opening);
    if (thread) thread_own_time(thread, begin);
    return thread;
}
