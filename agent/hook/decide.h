/*
** Code that is seen for the first time, by whichever way the interpreter tells of it.
*/
#ifndef AGENT_DECIDE_H
#define AGENT_DECIDE_H

#include "abi/python.h"
#include "record/code.h"

/*
** Decides about a code object that has no Code yet; globals is the dict of the frame that runs it. NULL: its events are
** lost, which has been counted. In a forked child that is left alone the answer is code_left_out.
*/
Code *decide_code(Object *object, Object *globals);

/* Code that starts when an exception was not caught in a thread; NULL as long as none was seen. */
const Object *decide_watched(void);

#endif
