/*
** CPython before 3.12: a trace function or, without lines, a profile function in C on every thread.
*/
#ifndef AGENT_TRACE_FUNCTION_H
#define AGENT_TRACE_FUNCTION_H

#include "hook/measure.h"

/* NULL, or why not. */
const char *tracing_prepare(void);

/* How the events are measured, between prepare and begin. */
const MeasuredHook *tracing_measured(void);

/* Lets the events come, on all threads that there are. NULL: it cannot fail. */
const char *tracing_begin(void);

/* Another interpreter has begun: the calling thread's. NULL: it cannot fail. */
const char *tracing_join(bool *joined);

#endif
