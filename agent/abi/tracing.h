/*
** CPython before 3.12: what a callback reads of a frame, and what the interpreter calls for a thread, its trace function
** and its profile function.
**
** PyEval_SetTrace is not used where it can be done without: from 3.8 on it raises an audit event, which the program may
** listen to, and it works on the calling thread only.
*/
#ifndef AGENT_TRACING_H
#define AGENT_TRACING_H

#include "abi/python.h"

typedef struct ThreadState ThreadState; /* PyThreadState */

/* Py_tracefunc, and what it is called for. */
typedef int (*TraceFunction)(Object *self, Object *frame, int what, Object *arg);
enum { TRACE_CALL, TRACE_EXCEPTION, TRACE_LINE, TRACE_RETURN, TRACE_C_CALL, TRACE_C_EXCEPTION, TRACE_C_RETURN, TRACE_OPCODE };

/* The two places of a thread. */
typedef enum { TRACE_SLOT, PROFILE_SLOT } TraceSlot;

/* What stands in one: a function, and the object that it gets. */
typedef struct {
    TraceFunction function; /* NULL: nothing */
    Object *object;         /* may be NULL */
} Hooked;

/* Looks up what this needs. NULL, or what is not as the version has it. Runs a Python function of the library. */
const char *tracing_start(void);

ThreadState *tracing_thread(void); /* the calling thread's */

/* All thread states of all interpreters, one after the other; from NULL on. The interpreter's lock is held. */
typedef struct {
    void *interpreter;
    ThreadState *at;
} ThreadWalk;
ThreadState *tracing_next(ThreadWalk *walk);

/* What stands in a slot; the reference is the slot's. */
Hooked tracing_get(const ThreadState *thread, TraceSlot slot);

/*
** Puts something else there. The reference to the new object goes in, that to the old one comes out. No Python code
** runs, and the program is told nothing.
*/
Hooked tracing_exchange(ThreadState *thread, TraceSlot slot, Hooked next);

/* The innermost frame that a thread runs, a new reference; NULL: none. */
Object *tracing_frame(ThreadState *thread);

/* Whether a thread runs no frame at all: it has not begun, or it ends. Its frames may be gone already. */
bool tracing_idle(const ThreadState *thread);

extern Older older; /* py.version->older, nearer; set by python_stand_in */

/* What the fields of a frame are in: the frame itself, but for 3.11. */
static inline const Object *frame_inside(const Object *frame) {
    return older.frame_inside ? code_field(frame, older.frame_inside) : frame;
}

static inline const Object *frame_code(const Object *frame) {
    return code_field(frame_inside(frame), older.frame_code);
}

/* The line that a callback is called for; right only within one. */
static inline uint32_t frame_line(const Object *frame) { return code_int(frame, older.frame_line); }

/* The byte offset of the instruction that the frame ran last; negative: none yet. */
int64_t frame_instruction(const Object *frame, const Object *code);

#endif
