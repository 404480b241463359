/*
** CPython 3.12 and later: sys.monitoring (PEP 669) with C callbacks.
*/
#ifndef AGENT_MONITORING_H
#define AGENT_MONITORING_H

#include "base/base.h"

/* Takes a free tool id and makes the callbacks. NULL, or why not. */
const char *monitoring_prepare(void);

/* Lets the events come. NULL, or why not; then the tool id is free again. */
const char *monitoring_begin(void);

void monitoring_cancel(void);
uint32_t monitoring_tool(void);

#endif
