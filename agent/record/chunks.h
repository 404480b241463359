/*
** The file raw in chunks: claimed, allocated, mapped.
**
** Fresh pages are the largest cost of recording that can be removed. A page that is faulted in through a shared mapping
** costs the kernel several times what it costs when write(2) has brought it into the page cache before: so the file is
** allocated and mapped in chunks, and zeros are written into a stretch of it shortly before its slots are used
** (measured on ext4: 3.6 µs a page faulted, 0.6 µs written and then mapped).
**
** A controller that is awake does that beforehand on another core, for whole chunks, and leaves them in the control
** page. The agent takes one that is ready, else the next that nobody has claimed: it never waits.
**
** A chunk stays mapped as long as a thread has a slot in it, and the few that were used last stay mapped after that: a
** program whose slots are drained and used again maps nothing any more.
**
** Callers hold process.lock.
*/
#ifndef AGENT_CHUNKS_H
#define AGENT_CHUNKS_H

#include "base/base.h"

/* Why something is not to be had: a WIRE_FAULT_, and the system's error number, negated. */
typedef struct {
    uint32_t fault;
    int64_t result;
} Refusal;

/* A chunk that is in use. */
typedef struct Chunk {
    struct Chunk *next; /* among the mapped ones */
    char *at;           /* NULL: raw cannot be mapped */
    uint64_t number;
    uint32_t used;    /* bytes that were handed out for the first time */
    uint32_t written; /* bytes that are in the page cache */
    uint32_t in_use;  /* slots handed out and not given back */
} Chunk;

uint32_t chunks_size(void); /* bytes of a chunk */

/* A chunk that nobody has used yet. NULL: refused. */
Chunk *chunk_fresh(Refusal *why);

/* Brings the next bytes after used into the page cache. False: refused. */
bool chunk_write_ahead(Chunk *chunk, uint32_t size, Refusal *why);

/* A chunk that was used before, mapped. NULL: refused. */
Chunk *chunk_mapped(uint64_t number);

/* Unmaps idle chunks, but for those that were used last; keep is not idle. */
void chunks_trim(const Chunk *keep);

/* In a forked child: the mappings are its parent's and were not inherited. */
void chunks_forget(void);

#endif
