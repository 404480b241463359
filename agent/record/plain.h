/*
** Where raw cannot be mapped (some network and user-space file systems): slots are private memory, and are written to
** their place in parts. What is in the file is always readable: the head goes with the first part. What a killed
** program loses is the part that is open, in each thread.
**
** The lists free and full are not used then, and no slot is used again.
*/
#ifndef AGENT_PLAIN_H
#define AGENT_PLAIN_H

#include "record/slots.h"

enum { PLAIN_PART = 4096 };

/* Memory for a slot, whose head is zero; NULL if there is none. Callers hold process.lock, here and in the next. */
char *plain_memory(void);

/* Writes the head once more, which says now how the slot ended. The memory may be used again. */
void plain_end(const Slot *slot);

/* Writes the slot's bytes up to the given one, those that are not in the file yet; an error leaves slot->written. */
int64_t plain_write(Slot *slot, uint32_t to);

void plain_forget(void);

#endif
