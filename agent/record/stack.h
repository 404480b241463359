/*
** The open frames of a thread (the shadow stack).
**
** Its rules are those of the reader (package trace): an opening event pushes; a closing event pops its own frame, and
** with it those inside whose exit was not seen; a line of a frame that is not the innermost closes the frames inside,
** and one of a frame that is not open opens it (it was entered before recording began).
*/
#ifndef AGENT_STACK_H
#define AGENT_STACK_H

#include "record/thread.h"

static inline bool stack_has_room(const Thread *thread) { return thread->top + 1 < thread->frames_end; }

/* Makes the room twice as large. False: no memory. */
bool stack_grow(Thread *thread);

/*
** Makes the stack anew from the frames that the interpreter runs in this thread, all entered at thread->ticks. opening
** is the code object of the frame that the event at hand opens (it is not open yet), or NULL.
*/
void stack_rebuild(Thread *thread, const Object *opening);

/* The innermost frame made to be one of this code, by the rules for a line. */
Frame *thread_find_frame(Thread *thread, const Object *object, const Code *code);

/* Closes the innermost frame of this code, by the rules for a closing event. */
void thread_close_frame(Thread *thread, const Code *code);

#endif
