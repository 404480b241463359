/*
** CPython 3.12 and later: sys.monitoring (PEP 669) with C callbacks.
*/
#ifndef AGENT_MONITORING_H
#define AGENT_MONITORING_H

#include "hook/measure.h"

/* Takes a free tool id in the main interpreter and makes the callbacks. NULL, or why not. */
const char *monitoring_prepare(void);

/* How the events are measured, between prepare and begin. */
const MeasuredHook *monitoring_measured(void);

/* Lets the events come. NULL, or why not; then the tool id is free again. */
const char *monitoring_begin(void);

/* Gives the tool id back. */
void monitoring_cancel(void);

/* Lets the events of the calling thread's interpreter come too, unless they do. NULL, or why not. */
const char *monitoring_join(bool *joined);

uint32_t monitoring_tool(void);

#endif
