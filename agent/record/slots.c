#include "record/slots.h"
#include "gen/wire.h"
#include "record/plain.h"
#include "store/process.h"

/* A list with so many entries has had no reader for a while. */
enum { PAGE = 4096, UNREAD = 64 };

static Chunk *current;   /* has fresh slots */
static uint64_t raw_end; /* what the control page says; that one can be written by others */
static bool released;    /* some slots have given blocks back: they may be emptied later all the same */

bool slots_waiting(void) {
    return __atomic_load_n(control32(WIRE_CONTROL_FREE_TAKEN), __ATOMIC_RELAXED) !=
           __atomic_load_n(control32(WIRE_CONTROL_FREE_GIVEN), __ATOMIC_RELAXED);
}

/* The slot of a number that was found in the list. The page is shared: any number may stand there. */
static Slot emptied(uint32_t number) {
    uint64_t size = process.settings.slot_size, offset = number * size, chunk_size = chunks_size();
    if (offset + size > raw_end) return (Slot){0};
    Chunk *chunk = chunk_mapped(offset / chunk_size);
    if (!chunk || (chunk == current && offset % chunk_size >= chunk->used)) return (Slot){0};
    char *at = chunk->at + offset % chunk_size;
    bool empty = __atomic_load_n((uint32_t *)(at + WIRE_SLOT_MAGIC), __ATOMIC_RELAXED) == 0;
    if (!empty || (released && os_file_allocate(&process.raw, offset, size) < 0)) return (Slot){0};
    return (Slot){.at = at, .chunk = chunk, .offset = offset};
}

static Slot take_emptied(void) {
    uint32_t taken = get32(process.control + WIRE_CONTROL_FREE_TAKEN);
    uint32_t there = __atomic_load_n(control32(WIRE_CONTROL_FREE_GIVEN), __ATOMIC_ACQUIRE) - taken;
    Slot slot = {0};
    if (there > WIRE_FREE_ENTRIES) return slot; /* no controller counts so */
    for (; there && !slot.at; there--) {
        uint32_t number = get32(process.control + WIRE_FREE_OFFSET + 4 * (taken % WIRE_FREE_ENTRIES));
        slot = emptied(number);
        __atomic_store_n(control32(WIRE_CONTROL_FREE_TAKEN), ++taken, __ATOMIC_RELEASE);
    }
    return slot;
}

static Slot take_fresh(Refusal *why) {
    uint32_t size = process.settings.slot_size;
    if (!current || current->used == chunks_size()) current = chunk_fresh(why);
    if (!current || !chunk_write_ahead(current, size, why)) return (Slot){0};
    uint64_t offset = current->number * chunks_size() + current->used;
    Slot slot = {.chunk = current, .offset = offset};
    slot.at = current->at ? current->at + current->used : plain_memory();
    if (!slot.at) {
        *why = (Refusal){WIRE_FAULT_MEMORY, 0};
        return slot;
    }
    current->used += size;
    if (offset + size > raw_end) {
        raw_end = offset + size;
        __atomic_store_n(control64(WIRE_CONTROL_RAW_END), raw_end, __ATOMIC_RELAXED);
    }
    return slot;
}

Slot slot_take(Refusal *why) {
    *why = (Refusal){0};
    lock_take(&process.lock);
    process_synchronize();
    Slot slot = {0};
    if (process_open(&why->fault)) {
        if (!process_plain()) slot = take_emptied();
        if (!slot.at) slot = take_fresh(why);
        if (!slot.at) process_fail(why->fault, why->result);
    }
    if (slot.at) slot.chunk->in_use++;
    lock_give(&process.lock);
    return slot;
}

void slot_begun(void) {
    __atomic_fetch_add(control64(WIRE_CONTROL_SLOTS), 1, __ATOMIC_RELEASE);
    process_synchronize();
}

static void put_full(uint64_t offset) {
    uint32_t given = get32(process.control + WIRE_CONTROL_FULL_GIVEN);
    if (given - __atomic_load_n(control32(WIRE_CONTROL_FULL_TAKEN), __ATOMIC_ACQUIRE) >= WIRE_FULL_ENTRIES) {
        uint64_t missed = get64(process.control + WIRE_CONTROL_FULL_MISSED) + 1;
        __atomic_store_n(control64(WIRE_CONTROL_FULL_MISSED), missed, __ATOMIC_RELEASE);
        return;
    }
    char *entry = process.control + WIRE_FULL_OFFSET + 4 * (given % WIRE_FULL_ENTRIES);
    __atomic_store_n((uint32_t *)entry, (uint32_t)(offset / process.settings.slot_size), __ATOMIC_RELAXED);
    __atomic_store_n(control32(WIRE_CONTROL_FULL_GIVEN), given + 1, __ATOMIC_RELEASE);
}

/* Gives the blocks behind used back to the disk where they are many. An emptied slot is used again: it keeps them. */
static void release_rest(Slot slot, uint32_t used) {
    uint32_t size = process.settings.slot_size, kept = (used + PAGE - 1) & ~(uint32_t)(PAGE - 1);
    uint32_t unread = get32(process.control + WIRE_CONTROL_FULL_GIVEN) -
                      __atomic_load_n(control32(WIRE_CONTROL_FULL_TAKEN), __ATOMIC_RELAXED);
    if (unread <= UNREAD || size - kept < 4 * PAGE) return;
    os_file_release(&process.raw, slot.offset + kept, size - kept);
    released = true;
}

void slot_give(Slot slot, uint32_t used, bool last) {
    lock_take(&process.lock);
    __atomic_store_n((uint32_t *)(slot.at + WIRE_SLOT_LAST), last, __ATOMIC_RELAXED);
    __atomic_store_n((uint32_t *)(slot.at + WIRE_SLOT_USED), used, __ATOMIC_RELEASE);
    if (process_plain()) {
        plain_end(&slot);
    } else {
        release_rest(slot, used);
        put_full(slot.offset);
    }
    slot.chunk->in_use--;
    chunks_trim(current && current->used < chunks_size() ? current : NULL);
    if (current && current->used == chunks_size()) current = NULL;
    lock_give(&process.lock);
}

void slots_forget(void) {
    current = NULL;
    raw_end = 0;
    chunks_forget();
    plain_forget();
}
