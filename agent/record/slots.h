/*
** The file raw: slots handed out one by one.
**
** Fresh pages are the largest cost of recording that can be removed. A page that is faulted in through a shared mapping
** costs the kernel several times what it costs when write(2) has brought it into the page cache before: so the file is
** allocated and mapped in chunks, and zeros are written into a stretch of it shortly before its slots are used
** (measured on ext4: 3.6 µs a page faulted, 0.6 µs written and then mapped).
**
** A controller that is awake does that beforehand on another core, for whole chunks, and leaves them in the control
** page. The agent takes one that is ready, else the next that nobody has claimed: it never waits.
*/
#ifndef AGENT_SLOTS_H
#define AGENT_SLOTS_H

#include "base/base.h"

/* A mapped part of the file. It is unmapped when its last slot has been given back. */
typedef struct {
    char *at;
    uint64_t offset; /* in the file */
    uint32_t size;
    uint32_t used;    /* bytes handed out */
    uint32_t written; /* bytes that are in the page cache */
    uint32_t in_use;  /* slots handed out and not given back */
} Chunk;

typedef struct {
    char *at; /* NULL: none */
    Chunk *chunk;
} Slot;

uint32_t slots_chunk_size(void); /* bytes */

/* A slot of zeros; none if the file could not grow, and then the recording has been stopped. */
Slot slot_take(void);

/* The thread is done with it; used bytes of it count, the rest is given back to the disk where it is large. */
void slot_give(Slot slot, size_t used);

#endif
