/*
** Slots handed out one by one: those that the controller has emptied first, which are warm, else fresh ones.
**
** The two lists in the file control each have one writer and one reader. An entry is there before the count says so.
** The agent is the only reader of free and the only writer of full (its threads take turns under process.lock).
*/
#ifndef AGENT_SLOTS_H
#define AGENT_SLOTS_H

#include "base/base.h"
#include "record/chunks.h"

typedef struct {
    char *at; /* NULL: none */
    Chunk *chunk;
    uint64_t offset;  /* in raw */
    uint32_t written; /* bytes that are in the file, where that is done by writing */
} Slot;

/* A slot of zeros. None: *why says why; a fault of 0 is no loss. The fault is noted, see process_fail. */
Slot slot_take(Refusal *why);

/* The slot has its head: it is counted, and not before. A process that is killed in between has one more than it counts. */
void slot_begun(void);

/* The thread is done with it: used bytes count. last: the thread has ended. */
void slot_give(Slot slot, uint32_t used, bool last);

/* Whether the controller has put something into the list free. Takes no lock. */
bool slots_waiting(void);

/* In a forked child: forgets the parent's. */
void slots_forget(void);

#endif
