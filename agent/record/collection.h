/*
** Garbage collections, which the interpreter begins by itself, in any thread, at any line. A mark tells of one when it has ended.
*/
#ifndef AGENT_COLLECTION_H
#define AGENT_COLLECTION_H

#include "record/thread.h"

/* One begins in the calling thread. */
void collection_begin(void);

/* It has ended, and was of this generation. */
void collection_end(uint32_t generation);

/* The ticks and generation as the mark has them: WIRE_MARK_COLLECTION. */
uint32_t collection_value(uint64_t ticks, uint32_t generation);

#endif
