/*
** The file names: records that say what the numbers in events mean. Each is whole in the file before the number is
** used.
*/
#ifndef AGENT_NAMES_H
#define AGENT_NAMES_H

#include "base/base.h"

/* A record that is being put together: fields in the order of the format. Its error is sticky. */
typedef struct {
    char *at;
    size_t size, room;
    bool failed;
} Record;

bool record_begin(Record *record, uint32_t type);
void record_u32(Record *record, uint32_t v);
void record_u64(Record *record, uint64_t v);
void record_bytes(Record *record, Text v);
void record_seal(Record *record); /* size and checksum */
void record_free(Record *record);

/* Walks records: *at, before end, moves on. False at the end or at a broken record. */
bool record_next(const char **at, const char *end, uint32_t *type, const char **payload, uint32_t *size);

/* Seals, appends to the file and frees; callers hold process.lock. False: the record is not in the file, which has been noted (process_fail). */
bool names_append(Record *record);

#endif
