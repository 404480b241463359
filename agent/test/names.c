/* Records against the vectors that the Go half is tested with. */
#include "store/names.h"

#include "gen/vectors.h"
#include "gen/wire.h"
#include "test/test.h"

static void compare(Record *record, const unsigned char *want, size_t size) {
    record_seal(record);
    CHECK_EQUAL(record->size, size);
    CHECK(record->size == size && memcmp(record->at, want, size) == 0);
    record_free(record);
}

static void code(Record *record, const uint32_t fields[7], Text module, Text name, Text lines) {
    record_begin(record, WIRE_TYPE_CODE);
    for (int i = 0; i < 7; i++) record_u32(record, fields[i]);
    record_bytes(record, module);
    record_bytes(record, name);
    record_bytes(record, lines);
}

void test_names(const char *directory) {
    (void)directory;
    Record record;
    record_begin(&record, WIRE_TYPE_FILE);
    record_u32(&record, 1);
    record_u32(&record, WIRE_FILEKIND_REGULAR);
    record_u64(&record, 3000000000ULL);
    record_u64(&record, 5);
    record_bytes(&record, TEXT("a.py"));
    record_bytes(&record, TEXT("/app/a.py"));
    compare(&record, vector_file, sizeof vector_file);

    code(&record, (uint32_t[]){7, 3, 1, 9, 10, 0x23, 0}, TEXT("app"), TEXT("f.<locals>.g"), TEXT(""));
    compare(&record, vector_code, sizeof vector_code);
    uint32_t lines[] = {5, 4000000};
    code(&record, (uint32_t[]){11, 2, 2, 5, 5, 0, 0}, TEXT(""), TEXT("x"), (Text){(const char *)lines, sizeof lines});
    compare(&record, vector_sparse, sizeof vector_sparse);

    record_begin(&record, WIRE_TYPE_THREAD);
    record_u32(&record, 2);
    record_u32(&record, 77);
    record_u64(&record, 1ULL << 40);
    record_bytes(&record, TEXT("Thread-1 (work)"));
    compare(&record, vector_thread, sizeof vector_thread);

    record_begin(&record, WIRE_TYPE_PROCESS);
    record_bytes(&record, TEXT("3.14.6"));
    record_bytes(&record, TEXT("/usr/bin/python3"));
    record_bytes(&record, TEXT("/"));
    record_u32(&record, 2);
    record_bytes(&record, TEXT("python3"));
    record_bytes(&record, TEXT("a.py"));
    record_bytes(&record, TEXT("proc-100-0"));
    compare(&record, vector_process, sizeof vector_process);

    /* A record larger than the first piece of memory. */
    char *long_text = calloc(1, 1 << 20);
    record_begin(&record, WIRE_TYPE_PROCESS);
    record_bytes(&record, (Text){long_text, 1 << 20});
    record_seal(&record);
    CHECK(!record.failed);
    CHECK_EQUAL(get32(record.at + WIRE_RECORD_SIZE), (1 << 20) + 4);
    record_free(&record);
    free(long_text);
}
