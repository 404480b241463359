#include "record/slots.h"
#include "gen/wire.h"
#include "record/arena.h"
#include "store/process.h"

enum { CHUNK = 4 << 20, STRETCH = 256 << 10, PAGE = 4096 };

static Chunk *current;
static char *zeros; /* STRETCH bytes that are never written to */

uint32_t slots_chunk_size(void) { return process.settings.slot_size > CHUNK ? process.settings.slot_size : CHUNK; }

static uint64_t *control64(size_t offset) { return (uint64_t *)(process.control + offset); }

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
    if (!ready) return false;
    chunk->offset = (ready - 1) * chunk->size;
    chunk->written = chunk->size;
    return true;
}

static Chunk *new_chunk(void) {
    uint32_t size = slots_chunk_size();
    Chunk *chunk = arena_take(sizeof *chunk);
    if (!chunk || (!zeros && !(zeros = os_memory(STRETCH)))) {
        process_stop(WIRE_FAULT_MEMORY, 0);
        return NULL;
    }
    chunk->size = size;
    if (!take_ready(chunk)) {
        chunk->offset = __atomic_fetch_add(control64(WIRE_CONTROL_FRONTIER), 1, __ATOMIC_RELAXED) * size;
        int64_t result = os_file_allocate(&process.raw, chunk->offset, size);
        if (result < 0) {
            process_stop(WIRE_FAULT_GROW, result);
            return NULL;
        }
    }
    chunk->at = os_file_map(&process.raw, chunk->offset, size);
    if (!chunk->at) {
        process_stop(WIRE_FAULT_MAP, 0);
        return NULL;
    }
    return chunk;
}

/* Brings the next stretches into the page cache until size more bytes are there. */
static bool write_ahead(Chunk *chunk, uint32_t size) {
    while (chunk->written < chunk->used + size) {
        uint32_t left = chunk->size - chunk->written, n = left < STRETCH ? left : STRETCH;
        int64_t result = os_file_write_at(&process.raw, zeros, n, chunk->offset + chunk->written);
        if (result < 0) {
            process_stop(WIRE_FAULT_GROW, result);
            return false;
        }
        chunk->written += n;
    }
    return true;
}

static void unmap_if_done(Chunk *chunk) {
    if (chunk->in_use || (chunk == current && chunk->used < chunk->size)) return;
    os_memory_free(chunk->at, chunk->size);
    if (chunk == current) current = NULL;
}

static Slot take(uint32_t size) {
    if (!current || current->used == current->size) {
        Chunk *full = current;
        current = new_chunk();
        if (full) unmap_if_done(full);
    }
    if (!current || !write_ahead(current, size)) return (Slot){0};
    Slot slot = {current->at + current->used, current};
    current->used += size;
    current->in_use++;
    uint64_t end = current->offset + current->used;
    if (end > *control64(WIRE_CONTROL_RAW_END)) __atomic_store_n(control64(WIRE_CONTROL_RAW_END), end, __ATOMIC_RELAXED);
    __atomic_fetch_add(control64(WIRE_CONTROL_SLOTS), 1, __ATOMIC_RELEASE);
    return slot;
}

Slot slot_take(void) {
    lock_take(&process.lock);
    Slot slot = process_stopped() ? (Slot){0} : take(process.settings.slot_size);
    lock_give(&process.lock);
    return slot;
}

void slot_give(Slot slot, size_t used) {
    size_t size = process.settings.slot_size, kept = (used + PAGE - 1) & ~(size_t)(PAGE - 1);
    lock_take(&process.lock);
    if (size - kept >= 4 * PAGE) {
        uint64_t offset = slot.chunk->offset + (uint64_t)(slot.at - slot.chunk->at);
        os_file_release(&process.raw, offset + kept, size - kept);
    }
    slot.chunk->in_use--;
    unmap_if_done(slot.chunk);
    lock_give(&process.lock);
}
