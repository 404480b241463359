/*
** What a thread of the program records with: its slot, its clock, its open frames (the shadow stack).
**
** The rules of the stack are those of the reader (package trace): an opening event pushes; a closing event pops its own
** frame, and with it those inside whose exit was not seen; a line of a frame that is not the innermost closes the
** frames inside, and one of a frame that is not open opens it (it was entered before recording began).
*/
#ifndef AGENT_THREAD_H
#define AGENT_THREAD_H

#include "record/code.h"
#include "record/slots.h"
#include "store/process.h"

/* An open frame. The first four words are what a line event needs, in one half of a cache line. */
typedef struct {
    const Object *object; /* the code object; alive as long as the frame is open */
    uint32_t base;        /* of its Code */
    uint32_t location;    /* its current line, or base */
    uint32_t bias;        /* location of line n is bias + n, if n - min < count … */
    uint32_t count;       /* … (0 where the lines are far apart: then code_line knows) */
    uint64_t entered;     /* ticks */
    const Code *code;
} Frame;

typedef struct Thread {
    uint64_t *next, *end; /* the next word to write and the end: of the slot, or of the part that is open yet */
    uint64_t ticks;       /* of the last event */
    Frame *top;           /* the innermost open frame; frames[0] is none */
    uint32_t opened;      /* the last event was a call: its first line began at the same time */
    uint32_t number;      /* 0: this memory was wiped by a fork, or the thread has ended */
    Frame *frames, *frames_end;
    uint64_t *slot_end;
    Slot slot;
    uint32_t sequence, tid;
    bool named;
    struct Thread *next_free;
} Thread;

/* The calling thread's, NULL before its first event. */
extern __thread Thread *thread_mine;

/*
** Makes room for a word and a frame: a new slot, a new thread, a larger stack. NULL: nothing can be recorded (then,
** except in a forked child, the event has been counted as lost).
*/
Thread *thread_make_room(void);

/* Goes on in a new slot, whose time is thread->ticks. False: there is none. */
bool thread_new_slot(Thread *thread);

/* The innermost frame made to be one of this code, by the rules for a line. */
Frame *thread_find_frame(Thread *thread, const Object *object, const Code *code);

/* Closes the innermost frame of this code, by the rules for a closing event. */
void thread_close_frame(Thread *thread, const Code *code);

/* Readies the agent for threads that end. */
void thread_start(void);

/* True in a forked child, once one of its events was seen. */
extern bool thread_in_child;

#endif
