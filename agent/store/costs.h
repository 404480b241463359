/*
** The record costs of the file names: what an event costs the program.
*/
#ifndef AGENT_COSTS_H
#define AGENT_COSTS_H

#include "base/base.h"

/* In 1/256 ticks, by kind of event; see the record in the format. */
typedef struct {
    int32_t first; /* after the first line of a call */
    int32_t before[8], after[8];
    int32_t pace; /* pace_look at the same time */
} Costs;

enum { COST_UNIT = 256 };

/* Appends the record to this process's names. False: it is not there, which has been noted. */
bool costs_append(const Costs *costs);

/*
** Finds the costs of another process of the trace, by its name there, or of the one that it was forked from. False:
** there are none, or it is another interpreter.
*/
bool costs_find(Text name, Costs *out);

#endif
