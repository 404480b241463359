/*
** The environment that programs inherit where none is given: the C library's environ.
**
** It is changed by exchanging the pointer, never by setenv, which may move the array under a thread of the program that
** reads it. The array put there is a copy; what the program changes in it meanwhile (os.system gives up the
** interpreter's lock) is kept.
*/
#ifndef AGENT_INHERITED_H
#define AGENT_INHERITED_H

#include <stdbool.h>

void inherited_start(void);

/* Between the two, programs that are started inherit our variables. False: leave must not be called. May nest. */
bool inherited_enter(void);
void inherited_leave(void);

#endif
