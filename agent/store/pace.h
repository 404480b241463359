/*
** How fast the CPU is just now. After a while without work it may be slower for some time, and it is where it shares its
** core with another that has work: 1.5 times, and so does what an event costs. The counter does not tell: it runs evenly.
*/
#ifndef AGENT_PACE_H
#define AGENT_PACE_H

#include "base/base.h"

/* The ticks of a fixed piece of work, about a microsecond. */
uint64_t pace_look(void);

#endif
