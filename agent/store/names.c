#include "store/names.h"
#include "gen/wire.h"
#include "store/process.h"

enum { FIRST_ROOM = 1 << 16 };

/* Memory for the next record, all zeros: most are small, and there are thousands when a large program begins. */
static char *spare;

static char *exchange_spare(char *at) { return __atomic_exchange_n(&spare, at, __ATOMIC_ACQ_REL); }

bool record_begin(Record *record, uint32_t type) {
    char *at = exchange_spare(NULL);
    *record = (Record){.at = at ? at : os_memory(FIRST_ROOM), .size = WIRE_RECORD_BYTES, .room = FIRST_ROOM};
    if (!record->at) {
        *record = (Record){.failed = true};
        return false;
    }
    put32(record->at + WIRE_RECORD_TYPE, type);
    return true;
}

static char *extend(Record *record, size_t size) {
    while (!record->failed && record->room - record->size < size) {
        char *moved = os_memory_grow(record->at, record->room, record->room * 2);
        if (!moved) {
            record->failed = true;
            break;
        }
        record->at = moved;
        record->room *= 2;
    }
    if (record->failed) return NULL;
    char *at = record->at + record->size;
    record->size += size;
    return at;
}

void record_u32(Record *record, uint32_t v) {
    char *at = extend(record, 4);
    if (at) put32(at, v);
}

void record_u64(Record *record, uint64_t v) {
    char *at = extend(record, 8);
    if (at) put64(at, v);
}

void record_bytes(Record *record, Text v) {
    record_u32(record, (uint32_t)v.size);
    char *at = extend(record, (v.size + 3) & ~(size_t)3);
    if (at && v.size) memcpy(at, v.at, v.size); /* the padding is zero: the memory is fresh */
}

void record_seal(Record *record) {
    if (record->failed) return;
    uint32_t payload = (uint32_t)(record->size - WIRE_RECORD_BYTES);
    put32(record->at + WIRE_RECORD_SIZE, payload);
    uint32_t crc = crc32c(crc32c(0, record->at, 8), record->at + WIRE_RECORD_BYTES, payload);
    put32(record->at + WIRE_RECORD_CRC, crc);
}

void record_free(Record *record) {
    char *at = record->at;
    if (at && record->room == FIRST_ROOM) {
        memset(at, 0, record->size);
        at = exchange_spare(at);
    }
    if (at) os_memory_free(at, record->room);
    record->at = NULL;
}

bool record_next(const char **at, const char *end, uint32_t *type, const char **payload, uint32_t *size) {
    const char *head = *at;
    if (end - head < WIRE_RECORD_BYTES) return false;
    *size = get32(head + WIRE_RECORD_SIZE);
    *type = get32(head + WIRE_RECORD_TYPE);
    *payload = head + WIRE_RECORD_BYTES;
    if (*size % 4 != 0 || *size > (size_t)(end - *payload)) return false;
    if (crc32c(crc32c(0, head, 8), *payload, *size) != get32(head + WIRE_RECORD_CRC)) return false;
    *at = *payload + *size;
    return true;
}

bool names_append(Record *record) {
    record_seal(record);
    if (record->failed) {
        process_fail(WIRE_FAULT_MEMORY, 0);
        record_free(record);
        return false;
    }
    int64_t result = os_file_write_at(&process.names, record->at, record->size, process.names_size);
    if (result < 0) {
        os_file_truncate(&process.names, process.names_size); /* half a record would end the file for readers */
        process_fail(WIRE_FAULT_NAMES, result);
    } else {
        process.names_size += record->size;
    }
    record_free(record);
    return result >= 0;
}
