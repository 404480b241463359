/*
** What a flight recorder waits for, as far as only the program itself can see it: an exception that nobody caught, and
** the program's own wish, sys.audit("tracer.trigger"). Which of them are looked for, the settings say.
*/
#ifndef AGENT_TRIGGER_H
#define AGENT_TRIGGER_H

#include "abi/python.h"

/* Looks for what the settings name, from now on and in forked children too. */
void trigger_start(void);

/* Asked for each code object that is seen for the first time: whether a start of it tells of an uncaught exception. */
bool trigger_watches(const Object *code, Object *globals);

/* A frame of code that is watched starts. */
void trigger_thread_exception(void);

#endif
