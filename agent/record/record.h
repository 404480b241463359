/*
** Recording an event: the hot way. What is here runs for every line and call of the program; what is rare is behind
** thread_make_room, thread_find_frame and thread_close_frame.
**
** Built with TRACER_NOOP the functions do nothing: the same agent, the same callbacks, no recording. Against that the
** cost of recording is measured.
*/
#ifndef AGENT_RECORD_H
#define AGENT_RECORD_H

#include "abi/parallel.h"
#include "gen/wire.h"
#include "record/room.h"
#include "record/stack.h"

#ifdef TRACER_NOOP

static inline void record_open(unsigned kind, const Object *object, const Code *code, uint32_t location) {
    (void)kind, (void)object, (void)code, (void)location;
}
static inline void record_close(unsigned kind, const Object *object, const Code *code) {
    (void)kind, (void)object, (void)code;
}
static inline void record_line(const Object *object, uint32_t line) { (void)object, (void)line; }
static inline bool record_last_opened(const Code *code) { return (void)code, true; }

#else

/* The lower half of a delta of more than 32 bits: the upper half has been written in front, or the time reset. */
uint32_t record_long_delta(Thread *thread, uint64_t delta);

/* The last event in the thread's slot, whatever marks follow it; NULL if there is none. */
uint64_t *record_last(const Thread *thread);

/* One store makes the event; a reader sees all of it or none. */
static inline void record_word(Thread *thread, unsigned kind, uint32_t location, uint64_t now) {
    uint64_t delta = now - thread->ticks;
    thread->ticks = now;
    if (UNLIKELY(delta >> 32)) delta = record_long_delta(thread, delta);
    uint64_t word = delta << WIRE_DELTA_SHIFT | (uint64_t)location << WIRE_LOCATION_SHIFT | kind;
    __atomic_store_n(thread->next, word, __ATOMIC_RELAXED);
    thread->next++;
}

/* CALL, RESUME, THROW: location is the code object's base or the line of the yield. */
static inline void record_open(unsigned kind, const Object *object, const Code *code, uint32_t location) {
    Thread *thread = thread_mine;
    if (UNLIKELY(!thread || thread->next == thread->end || thread->top + 1 >= thread->frames_end))
        if (!(thread = thread_make_room(object))) return;
    record_word(thread, kind, location, process_ticks());
    Frame *frame = ++thread->top;
    frame->object = object;
    frame->base = code->base;
    frame->location = location;
    frame->bias = code->bias;
    frame->count = code->dense;
    frame->entered = thread->ticks;
    frame->code = code;
    thread->opened = kind == WIRE_CALL;
}

/* RETURN, YIELD, UNWIND. */
static inline void record_close(unsigned kind, const Object *object, const Code *code) {
    Thread *thread = thread_mine;
    if (UNLIKELY(!thread || thread->next == thread->end))
        if (!(thread = thread_make_room(NULL))) return;
    record_word(thread, kind, code->base, process_ticks());
    thread->opened = 0;
    if (LIKELY(thread->top->object == object))
        thread->top--;
    else
        thread_close_frame(thread, code);
}

static inline void record_line(const Object *object, uint32_t line) {
    Thread *thread = thread_mine;
    if (UNLIKELY(!thread || thread->next == thread->end))
        if (!(thread = thread_make_room(NULL))) return;
    Frame *frame = thread->top;
    if (UNLIKELY(frame->object != object)) {
        const Code *code = code_find(object, interpreter_number());
        if (!code || code == &code_left_out) return;
        if (thread->top + 1 >= thread->frames_end && !(thread = thread_make_room(NULL))) return;
        frame = thread_find_frame(thread, object, code);
    }
    uint32_t location = frame->bias + line;
    if (UNLIKELY(location - frame->base - 1 >= frame->count)) {
        location = code_line(frame->code, line);
        if (location == frame->base) return; /* the code has no such line: its instructions go beyond its table of lines */
    }
    frame->location = location;
    /* The first line of a call begins when the call does: reading the clock again would only tell its own cost. */
    uint64_t now = thread->opened ? thread->ticks : process_ticks();
    thread->opened = 0;
    record_word(thread, WIRE_LINE, location, now);
}

/* Whether the thread's last event opened a frame of this code. */
bool record_last_opened(const Code *code);

#endif
#endif
