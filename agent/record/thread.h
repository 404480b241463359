/*
** What a thread of the program records with: its slot, its clock, its open frames (the shadow stack, see stack.h).
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

/* A task whose frame is open: the depth of that, and what it is known by. */
typedef struct {
    uint32_t depth, number;
    const void *frame;
} OpenTask;

/* See task.h. */
typedef struct {
    struct KnownTask *known; /* open addressing, a power of two, at most half full */
    size_t size, used;
    OpenTask open[4];
    uint32_t count;
} Tasks;

typedef struct Thread {
    uint64_t *next, *end; /* the next word to write and the end: of the slot, or of the part that is open yet */
    uint64_t ticks;       /* of the last event */
    Frame *top;           /* the innermost open frame; frames[0] is none */
    uint32_t opened;      /* the last event was a call: its first line began at the same time */
    uint32_t number;      /* 0: this memory was wiped by a fork, or the thread has ended */
    Frame *frames, *frames_end;
    uint64_t *slot_end;
    Slot slot;
    uint64_t own; /* ticks of the agent's own that are still to be marked */
    uint32_t sequence, tid;
    uint32_t fault;   /* why its events are being lost; 0: it is no loss */
    uint32_t skipped; /* events since room was last asked for */
    uint32_t paces[3], looks; /* the latest looks at the CPU's pace, and how many there were */
    bool losing;      /* its events are being lost */
    bool astray;      /* the open frames are not those of the program */
    bool introduced, named;
    uint64_t collecting; /* when a collection of garbage began in it; 0: none has */
    Tasks tasks;
    struct Thread *next_free, *next_known;
} Thread;

/* The calling thread's, NULL before its first event. */
extern __thread Thread *thread_mine;

/* Readies the agent for threads that end, and for the end of the process. */
void thread_start(void);

/* A Thread for the calling thread, which has none. NULL: no memory. */
Thread *thread_begin(void);

/* In a forked child: forgets the parent's threads, the calling one too. */
void threads_forget(void);

#endif
