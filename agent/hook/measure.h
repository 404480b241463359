/*
** What an event costs the program: measured once, when recording begins, in the process that is recorded.
*/
#ifndef AGENT_MEASURE_H
#define AGENT_MEASURE_H

#include "abi/python.h"

/* The way into the interpreter whose events are measured. */
typedef struct {
    /* Sees to it that events of this code object come while they are turned on. It has a Code, which says so. */
    bool (*add)(Object *code);
    /*
    ** Turns them on and off for the calling thread, or for all. exceptions: those of exceptions are wanted too, where
    ** that makes a difference.
    */
    bool (*turn)(bool on, bool exceptions);
} MeasuredHook;

/*
** Sees to it that the file names has a record costs: that of the process which started this one, by its name in the
** trace, or one that is measured. If neither can be had there is none: the program and the rest of the recording do not
** depend on it. Nothing of it remains that the program could see. The process has its files, and records nothing yet.
*/
void measure_costs(const MeasuredHook *hook, Text parent);

#endif
