/*
** Collections of garbage. The interpreter tells of them whom it finds in a list, which it shows as gc.callbacks. It gets
** another list from us, with one function in it, which calls what the program has put into the one that it sees.
*/
#ifndef AGENT_COLLECTOR_H
#define AGENT_COLLECTOR_H

#include "abi/python.h"

/*
** Records the collections of the calling thread's interpreter; gc is its module. Where the interpreter's list is not where
** it should be, and before 3.10, nothing happens. No exception is left.
*/
void collector_watch(Object *gc);

#endif
