/*
** The Python code that events are measured with. What a line costs depends on what is around it: the processor does some
** of the tracer's work beside the program's. So the lines are of the kinds that programs have, and calls nest.
*/
#ifndef AGENT_WORKLOAD_H
#define AGENT_WORKLOAD_H

#include "abi/python.h"

/* The functions below, twice, in code objects of their own: dicts by name. */
typedef struct {
    Object *plain, *traced;
} Workload;

/* Each takes one number, which says how long it runs. */
#define WORKLOAD_LINES "lines"     /* lines */
#define WORKLOAD_EMPTY "empty"     /* besides, calls of a function that does nothing */
#define WORKLOAD_STEPS "steps"     /* besides, calls of a function of two lines */
#define WORKLOAD_CALLS "calls"     /* besides, calls that nest */
#define WORKLOAD_YIELDS "yields"   /* yields and resumes */
#define WORKLOAD_UNWINDS "unwinds" /* calls that an exception leaves */
#define WORKLOAD_THROWS "throws"   /* throws and yields */
#define WORKLOAD_CLOSES "closes"   /* calls, yields, and closing what has yielded: throws and unwinds, if any */

/* False: it cannot be had; no exception is set. To be ended in any case. */
bool workload_begin(Workload *workload);

/* Calls each for every code object of the copy that is to be traced; false as soon as that is. */
bool workload_codes(const Workload *workload, bool (*each)(Object *code, void *data), void *data);

void workload_end(Workload *workload);

#endif
