/*
** The way in which events come: what the running version offers.
*/
#ifndef AGENT_EVENTS_H
#define AGENT_EVENTS_H

#include "gen/wire.h"
#include "hook/monitoring.h"
#include "hook/tracing.h"

/* A WIRE_HOOK_. */
uint32_t events_hook(void);

/* The id at sys.monitoring; 0 where there is no such thing. */
uint32_t events_tool(void);

/* As those of monitoring.h. */
const char *events_prepare(void);
const MeasuredHook *events_measured(void);
const char *events_begin(void);
void events_cancel(void);
const char *events_join(bool *joined);

#endif
