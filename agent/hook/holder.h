/*
** CPython before 3.12: a thread has one trace function and one profile function, and whoever sets one takes the place of
** who was there. The agent shares the one it uses: what the program sets is called behind the agent's, with what the
** program gave, and is what the program finds when it asks.
**
** sys.settrace and its kin are wrapped, so that nothing is lost there. Code in C that sets its own function (a coverage
** tool's) is noticed by the end of the object that stood beside ours. From then on the thread's events are lost, until
** the next event of the other kind brings the agent back, behind which it puts that tool.
*/
#ifndef AGENT_HOLDER_H
#define AGENT_HOLDER_H

#include "abi/tracing.h"

/* Readies what is needed: the agent's function for this slot, which is called first of all. */
void holder_start(TraceSlot slot, TraceFunction function);

/* Wraps the functions that set the slot, and those that tell of it. */
void holder_wrap(void);

/* Puts the agent's function into a thread's slot, unless it is there. False: it was, or there is no memory. */
bool holder_hook(ThreadState *thread);

/* Takes it out, and leaves what the program has set. */
void holder_unhook(ThreadState *thread);

#endif
