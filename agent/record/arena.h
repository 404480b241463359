/* Memory that is taken and never given back: what is known of code objects and files. Callers hold process.lock. */
#ifndef AGENT_ARENA_H
#define AGENT_ARENA_H

#include "base/base.h"

void *arena_take(size_t size); /* zeroed, aligned to 8; NULL if there is none */
Text arena_keep(Text text);    /* a copy; at is NULL if there is no memory */

/* In a forked child: what is taken stays, the rest of the block may be in disorder. */
void arena_forget(void);

#endif
