#include "record/thread.h"
#include "gen/wire.h"
#include "store/names.h"

enum { FIRST_FRAMES = 128, NAME_TRIES = 64 };

__thread Thread *thread_mine;

static Thread *free_threads;

bool thread_in_child;

/* The name that the module threading knows the calling thread by; "" if none (yet). No Python code runs. */
static Text python_name(Object **keep) {
    static Object *threading_key, *active_key, *name_key;
    *keep = NULL;
    if (!name_key) {
        threading_key = py.Unicode_InternFromString("threading");
        active_key = py.Unicode_InternFromString("_active");
        name_key = py.Unicode_InternFromString("_name");
    }
    Object *modules = py.Sys_GetObject("modules");
    Object *module = modules && name_key ? py.Dict_GetItemWithError(modules, threading_key) : NULL;
    Object *globals = module ? py.Module_GetDict(module) : NULL;
    Object *active = globals ? py.Dict_GetItemWithError(globals, active_key) : NULL;
    Object *ident = active ? py.Long_FromUnsignedLongLong(py.Thread_get_thread_ident()) : NULL;
    Object *thread = ident ? py.Dict_GetItemWithError(active, ident) : NULL;
    Object *name = thread ? py.Object_GenericGetAttr(thread, name_key) : NULL;
    object_release(ident);
    Text text = object_text(name, keep);
    if (*keep) {
        object_release(name);
    } else {
        *keep = name;
    }
    return text;
}

static void name_thread(Thread *thread) {
    Object *pending = py.Err_GetRaisedException(), *keep;
    Text name = python_name(&keep);
    if (!name.size && thread->tid == process.pid) name = TEXT("MainThread");
    if (name.size || thread->sequence == 0) {
        Record record;
        uint64_t ident = py.Thread_get_thread_ident();
        lock_take(&process.lock);
        record_begin(&record, WIRE_TYPE_THREAD);
        record_u32(&record, thread->number);
        record_u32(&record, thread->tid);
        record_u64(&record, ident);
        record_bytes(&record, name);
        names_append(&record);
        lock_give(&process.lock);
        thread->named = name.size > 0;
    }
    object_release(keep);
    py.Err_Clear();
    py.Err_SetRaisedException(pending);
}

static Thread *take_thread(void) {
    lock_take(&process.lock);
    Thread *thread = free_threads;
    if (thread) free_threads = thread->next_free;
    uint32_t number = process.next_thread++;
    lock_give(&process.lock);
    if (!thread) {
        thread = os_memory_wiped_by_fork(sizeof *thread);
        if (!thread) return NULL;
        thread->frames = os_memory(FIRST_FRAMES * sizeof(Frame));
        if (!thread->frames) return NULL;
        thread->frames_end = thread->frames + FIRST_FRAMES;
    }
    thread->number = number;
    thread->top = thread->frames;
    thread->ticks = process_ticks();
    thread->tid = os_thread_id();
    __atomic_store_n((uint32_t *)(process.control + WIRE_CONTROL_THREADS), number, __ATOMIC_RELAXED);
    return thread;
}

/* Runs in the thread that ends, without the interpreter's lock: touches no object. */
static void thread_ended(void *value) {
    Thread *thread = value;
    if (!thread->number || !process_is_ours()) return;
    thread_mine = NULL;
    if (thread->slot.at) slot_give(thread->slot, (size_t)((char *)thread->next - thread->slot.at));
    Frame *frames = thread->frames, *end = thread->frames_end;
    memset(thread, 0, sizeof *thread);
    thread->frames = frames;
    thread->frames_end = end;
    lock_take(&process.lock);
    thread->next_free = free_threads;
    free_threads = thread;
    lock_give(&process.lock);
}

void thread_start(void) { os_thread_exit_hook(thread_ended); }

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
    thread->end = thread->slot_end;
    __atomic_store_n((uint32_t *)(at + WIRE_SLOT_MAGIC), WIRE_MAGIC_SLOT, __ATOMIC_RELEASE);
}

bool thread_new_slot(Thread *thread) {
    Slot slot = slot_take();
    if (!slot.at) return false; /* the old one stays: a word that is on its way may still fit */
    if (thread->slot.at) {
        slot_give(thread->slot, process.settings.slot_size);
        thread->sequence++;
    }
    begin_slot(thread, slot);
    /* A thread has no name before the module threading has entered it: look again after some events. */
    if (!thread->named && thread->sequence == 0) thread->end = thread->next + NAME_TRIES;
    return true;
}

static bool grow_frames(Thread *thread) {
    size_t size = (size_t)((char *)thread->frames_end - (char *)thread->frames);
    size_t open = (size_t)(thread->top - thread->frames);
    Frame *moved = os_memory_grow(thread->frames, size, size * 2);
    if (!moved) {
        process_stop(WIRE_FAULT_MEMORY, 0);
        return false;
    }
    thread->frames = moved;
    thread->frames_end = (Frame *)((char *)moved + size * 2);
    thread->top = moved + open;
    return true;
}

static Thread *give_up(Thread *thread) {
    if (thread) thread->end = thread->next; /* so that each event comes here and is counted */
    process_drop();
    return NULL;
}

static Thread *first_event(void) {
    if (process_stopped()) return give_up(NULL);
    Thread *thread = take_thread();
    if (!thread) {
        process_stop(WIRE_FAULT_MEMORY, 0);
        return give_up(NULL);
    }
    thread_mine = thread;
    os_thread_exit_arm(thread);
    name_thread(thread);
    return thread;
}

Thread *thread_make_room(void) {
    Thread *thread = thread_mine;
    if (thread_in_child || !process_is_ours()) {
        thread_in_child = true;
        return NULL;
    }
    if (!thread && !(thread = first_event())) return NULL;
    if (process_stopped()) return give_up(thread);
    if (thread->top + 1 >= thread->frames_end && !grow_frames(thread)) return give_up(thread);
    if (thread->next < thread->end) return thread;
    if (thread->next < thread->slot_end) {
        name_thread(thread);
        thread->end = thread->slot_end;
        return thread;
    }
    return thread_new_slot(thread) ? thread : give_up(thread);
}

static Frame *innermost(const Thread *thread, const Code *code) {
    for (Frame *frame = thread->top; frame > thread->frames; frame--)
        if (frame->base == code->base) return frame;
    return NULL;
}

void thread_close_frame(Thread *thread, const Code *code) {
    Frame *frame = innermost(thread, code);
    if (frame) thread->top = frame - 1;
}

Frame *thread_find_frame(Thread *thread, const Object *object, const Code *code) {
    Frame *frame = innermost(thread, code);
    if (frame) return thread->top = frame;
    frame = ++thread->top; /* entered before recording began; thread_make_room left room for it */
    *frame = (Frame){.object = object, .base = code->base, .location = code->base, .entered = thread->ticks, .code = code};
    frame->bias = code->bias;
    frame->count = code->dense;
    return frame;
}
