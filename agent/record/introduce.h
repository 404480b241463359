/* The records of names that say who the process and its threads are. */
#ifndef AGENT_INTRODUCE_H
#define AGENT_INTRODUCE_H

#include "record/thread.h"
#include "store/names.h"

/* What the interpreter and the system say about the process. Not while a lock is held. */
void introduce_gather(Record *record);

/* The first record of names, which was gathered; parent as in the format. False: it could not be written. */
bool introduce_process(Record *record, Text parent);

/* The second one, of a forked process: what the first size bytes of its parent's file names say holds for it too. */
bool introduce_fork(uint64_t size, Text parent);

/*
** The calling thread's record, before its first slot; once more when its name was not known then. False: it could not be
** written.
*/
bool introduce_thread(Thread *thread);

#endif
