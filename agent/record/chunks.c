#include "record/chunks.h"
#include "gen/wire.h"
#include "record/arena.h"
#include "store/process.h"

enum { CHUNK = 1 << 20, STRETCH = 256 << 10, IDLE = 16 };

static Chunk *mapped;        /* the one used last first */
static Chunk *unused;        /* structures to be used again */
static uint64_t unallocated; /* a chunk that was claimed and is not allocated yet, plus 1 */
static char *zeros;          /* STRETCH bytes that are never written to */
static bool maps;            /* a chunk was mapped */

uint32_t chunks_size(void) { return process.settings.slot_size > CHUNK ? process.settings.slot_size : CHUNK; }

static void *refuse(Refusal *why, uint32_t fault, int64_t result) {
    *why = (Refusal){fault, result};
    return NULL;
}

/* The chunk that has been ready longest, as an offset in the control page; 0 if none is. */
static size_t oldest_ready(void) {
    size_t oldest = 0;
    for (size_t at = WIRE_CONTROL_READY_0; at <= WIRE_CONTROL_READY_7; at += 8) {
        uint64_t ready = __atomic_load_n(control64(at), __ATOMIC_RELAXED);
        if (ready && (!oldest || ready < __atomic_load_n(control64(oldest), __ATOMIC_RELAXED))) oldest = at;
    }
    return oldest;
}

/* Takes a chunk that the controller has prepared, if there is one: in their order, so that none is left behind in raw. */
static bool take_ready(Chunk *chunk) {
    size_t at = oldest_ready();
    uint64_t ready = at ? __atomic_exchange_n(control64(at), 0, __ATOMIC_ACQUIRE) : 0;
    if (!ready || ready > __atomic_load_n(control64(WIRE_CONTROL_FRONTIER), __ATOMIC_RELAXED)) return false;
    chunk->number = ready - 1;
    chunk->written = chunks_size();
    return true;
}

static bool limit_reached(void) {
    uint64_t limit = __atomic_load_n(control64(WIRE_CONTROL_LIMIT), __ATOMIC_RELAXED);
    uint64_t claimed = __atomic_load_n(control64(WIRE_CONTROL_FRONTIER), __ATOMIC_RELAXED) -
                       __atomic_load_n(control64(WIRE_CONTROL_FREED_CHUNKS), __ATOMIC_RELAXED);
    return limit && claimed >= limit;
}

/* Claims the next chunk and allocates it. What could not be allocated stays claimed, and is tried again. */
static bool claim(Chunk *chunk, Refusal *why) {
    uint64_t size = chunks_size();
    if (!unallocated) {
        if (limit_reached()) return refuse(why, WIRE_FAULT_LIMIT, 0);
        unallocated = __atomic_fetch_add(control64(WIRE_CONTROL_FRONTIER), 1, __ATOMIC_RELAXED) + 1;
    }
    chunk->number = unallocated - 1;
    int64_t result = os_file_allocate(&process.raw, chunk->number * size, size);
    if (result < 0) return refuse(why, WIRE_FAULT_GROW, result);
    unallocated = 0;
    return true;
}

/* A chunk's structure, which is put in front of the list. */
static Chunk *add(void) {
    Chunk *chunk = unused;
    if (chunk)
        unused = chunk->next;
    else
        chunk = arena_take(sizeof *chunk);
    if (!chunk) return NULL;
    *chunk = (Chunk){.next = mapped};
    return mapped = chunk;
}

/* Takes the chunk that *link points to out of the list. */
static void drop(Chunk **link) {
    Chunk *chunk = *link;
    *link = chunk->next;
    chunk->next = unused;
    unused = chunk;
}

/* A file system that cannot map files shows it at the first chunk: its slots are written then. */
static int64_t map(Chunk *chunk) {
    uint64_t size = chunks_size();
    if (process_plain()) return 0;
    int64_t result = os_file_map(&process.raw, chunk->number * size, size, &chunk->at);
    if (result == 0) maps = true;
    if (maps) return result;
    __atomic_store_n(&process.plain, true, __ATOMIC_RELAXED); /* threads without the lock read it */
    return 0;
}

Chunk *chunk_fresh(Refusal *why) {
    if (!zeros && !(zeros = os_memory(STRETCH))) return refuse(why, WIRE_FAULT_MEMORY, 0);
    Chunk *chunk = add();
    if (!chunk) return refuse(why, WIRE_FAULT_MEMORY, 0);
    bool fine = take_ready(chunk) || claim(chunk, why);
    int64_t result = fine ? map(chunk) : 0;
    if (fine && result == 0) return chunk;
    if (fine) { /* it is ours: it is allocated once more when it is tried again */
        unallocated = chunk->number + 1;
        refuse(why, WIRE_FAULT_MAP, result);
    }
    drop(&mapped);
    return NULL;
}

bool chunk_write_ahead(Chunk *chunk, uint32_t size, Refusal *why) {
    uint32_t whole = chunks_size();
    while (!process_plain() && chunk->written < chunk->used + size) {
        /* A process's first slot may be its only one: a fork that does little is not to pay for more. */
        bool first = chunk->number == 0 && chunk->written == 0 && size < STRETCH;
        uint32_t left = whole - chunk->written, stretch = first ? size : STRETCH, n = left < stretch ? left : stretch;
        int64_t result = os_file_write_at(&process.raw, zeros, n, chunk->number * whole + chunk->written);
        if (result < 0) return refuse(why, WIRE_FAULT_GROW, result);
        chunk->written += n;
    }
    return true;
}

Chunk *chunk_mapped(uint64_t number) {
    Chunk **link = &mapped;
    while (*link && (*link)->number != number) link = &(*link)->next;
    Chunk *chunk = *link;
    if (chunk) {
        *link = chunk->next;
        chunk->next = mapped;
        return mapped = chunk;
    }
    if (!(chunk = add())) return NULL;
    chunk->number = number;
    chunk->used = chunk->written = chunks_size();
    if (os_file_map(&process.raw, number * chunks_size(), chunks_size(), &chunk->at) == 0) return chunk;
    drop(&mapped);
    return NULL;
}

void chunks_trim(const Chunk *keep) {
    unsigned idle = 0;
    for (Chunk **link = &mapped; *link;) {
        Chunk *chunk = *link;
        if (chunk->in_use || chunk == keep || ++idle <= IDLE) {
            link = &chunk->next;
            continue;
        }
        if (chunk->at) os_memory_free(chunk->at, chunks_size());
        drop(link);
    }
}

void chunks_forget(void) {
    mapped = unused = NULL; /* the structures are few */
    unallocated = 0;
    maps = false;
}
