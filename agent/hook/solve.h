/*
** From what the functions of the workload did to what each kind of event costs.
*/
#ifndef AGENT_SOLVE_H
#define AGENT_SOLVE_H

#include "store/costs.h"

/* The functions, see workload.h. */
enum { LINES, EMPTY, STEPS, CALLS, YIELDS, UNWINDS, THROWS, CLOSES, PARTS };

/* The time between two time stamps that follow each other: all of those of two kinds. */
typedef struct {
    int64_t ticks, count;
} Gap;

/* What one of them did, in its fastest run. A call's first line has no time stamp: it is none of the events in count. */
typedef struct {
    int64_t plain, traced; /* ticks without events, and with them … */
    int64_t plain_pace, traced_pace; /* … and the CPU's pace at that time, see store/pace.h */
    int64_t count[8], first;
    Gap gaps[8][8]; /* by the kinds of the event before and the event after */
} Run;

/*
** Makes the runs as if the CPU had been equally fast in all: that pace, which is returned. A part may have been so lucky
** as to have the CPU's core for itself once, and another not. What differs less than that is the noise of a look.
*/
int64_t solve_even(Run runs[PARTS]);

/* False: what was measured cannot be. */
bool solve_costs(const Run runs[PARTS], Costs *costs);

#endif
