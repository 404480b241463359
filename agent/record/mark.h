/*
** What is written beside events, or changes the last one.
*/
#ifndef AGENT_MARK_H
#define AGENT_MARK_H

#include "record/code.h"

/* The calling thread has lost events here; how many is not known. */
void record_gap(void);

/*
** The thread's last event opened a frame of this code, a generator's, and turns out to be a throw: an interpreter without
** an event for that tells of a call, and then of the exception. Where that event ended a slot, it stays what it was.
*/
void record_throw(const Code *code);

/* What the calling thread has done since begin, a reading of the clock, was the agent's own. */
void record_own(uint64_t begin);

/* Whether the calling thread has a frame of this code open. */
bool record_is_open(const Code *code);

#endif
