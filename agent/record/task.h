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

/* In front of record_open, for a coroutine's code: frame is what it is known by, NULL: by nothing. */
void task_open(unsigned kind, const Object *object, const void *frame);

/* Behind record_close, for a coroutine's code. */
void task_close(unsigned kind);

/* Which task a thread runs, 0: none. */
uint32_t task_current(const Tasks *tasks);

/* What is known of frames that are open is wrong. */
void task_forget_open(Tasks *tasks);

void task_free(Tasks *tasks);

#endif
