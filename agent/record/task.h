/*
** Tasks: which coroutine an event belongs to, where many run in turns on one thread. A task is a coroutine that no recorded
** coroutine has called or resumed: what an event loop runs. It is known by its frame, which is its own while it lives.
**
** The mark task stands in front of the event that opens its frame, and behind the one that closes it; and again at the
** begin of each slot in between.
*/
#ifndef AGENT_TASK_H
#define AGENT_TASK_H

#include "record/thread.h"

/*
** Whether the innermost frame is a coroutine's: what that calls or resumes is of its task. So it is with most of them, and
** nothing has to be looked for.
*/
static inline bool task_goes_on(void) {
    const Thread *thread = thread_mine;
    const Frame *top = thread ? thread->top : NULL;
    return top && top != thread->frames && top->code->coroutine;
}

/* In front of record_open, for a coroutine's code, unless its task goes on: frame is what it is known by, NULL: by nothing. */
void task_open(unsigned kind, const Object *object, const void *frame);

/* Whether the frame is closed that a task's turn began with. */
static inline bool task_is_left(void) {
    const Thread *thread = thread_mine;
    const Tasks *tasks = thread ? &thread->tasks : NULL;
    return tasks && tasks->count && tasks->open[tasks->count - 1].depth > (uint32_t)(thread->top - thread->frames);
}

/* Behind record_close, for a coroutine's code, if a task is left. */
void task_close(unsigned kind);

/* Which task a thread runs, 0: none. */
uint32_t task_current(const Tasks *tasks);

/* What is known of frames that are open is wrong. */
void task_forget_open(Tasks *tasks);

void task_free(Tasks *tasks);

#endif
