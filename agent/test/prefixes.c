/* Searching tables against the vectors that the Go half makes, and tables that are damaged. */
#include "store/prefixes.h"

#include "gen/tables.h"
#include "test/test.h"

enum { IN_RECORD = 24 }; /* where the image begins in a TABLE record: head, list, open, length */

/* A copy of an image, in memory that ends with it: the sanitizer sees who reads more. */
static Text image_of(size_t number) {
    size_t size = get32(tables[number].record + IN_RECORD - 4);
    char *copy = malloc(size);
    memcpy(copy, tables[number].record + IN_RECORD, size);
    return (Text){copy, size};
}

static bool open_table(Prefixes *out, size_t number, Text image) {
    return prefixes_open(out, image, get32(tables[number].record + IN_RECORD - 8));
}

/* Text at the end of memory of its own. */
static Text exactly(const TableQuestion *question) {
    char *copy = malloc((size_t)question->size + 1);
    char *at = copy + 1;
    memcpy(at, question->text, (size_t)question->size);
    return (Text){at, (size_t)question->size};
}

static void matches(size_t number) {
    Text image = image_of(number);
    Prefixes prefixes;
    CHECK(open_table(&prefixes, number, image));
    for (int i = 0; i < tables[number].count; i++) {
        const TableQuestion *question = &tables[number].questions[i];
        Text text = exactly(question);
        CHECK_EQUAL(prefixes_longest(&prefixes, text), question->longest);
        CHECK_EQUAL(prefixes_match(&prefixes, text), question->taken);
        free((char *)text.at - 1);
    }
    free((char *)image.at);
}

static void resign(Text image) { put32((char *)image.at + 12, crc32c(0, image.at + 16, image.size - 16)); }

/* Whatever the image says: no answer but a prefix of the text or none, no read beside it, and an end. */
static void ask(size_t number, const Prefixes *prefixes) {
    for (int i = 0; i < tables[number].count; i += 3) {
        const TableQuestion *question = &tables[number].questions[i];
        Text text = {question->text, (size_t)question->size};
        int64_t longest = prefixes_longest(prefixes, text);
        CHECK(longest >= -1 && longest < (int64_t)prefixes->count);
        prefixes_match(prefixes, text);
    }
}

/* A number that is the same in each run. */
static uint32_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 33);
}

static void damaged(size_t number) {
    Text image = image_of(number);
    char *bytes = (char *)image.at;
    Prefixes prefixes;
    size_t step = 1 + image.size / 500;
    for (size_t i = 0; i < image.size; i += step) {
        bytes[i] ^= 4;
        CHECK(!open_table(&prefixes, number, image));
        bytes[i] ^= 4;
    }
    for (size_t size = 0; size < image.size; size += step) {
        Text cut = {bytes, size};
        CHECK(!open_table(&prefixes, number, cut));
    }
    uint64_t state = number;
    unsigned opened = 0;
    for (int i = 0; i < 2000; i++) {
        Text forged = image_of(number);
        for (int changes = 0; changes < 1 + i % 3; changes++) {
            size_t at = 16 + next_random(&state) % (forged.size - 16);
            ((char *)forged.at)[at] = (char)(i & 1 ? next_random(&state) : 255);
        }
        resign(forged);
        if (open_table(&prefixes, number, forged)) {
            opened++;
            ask(number, &prefixes);
        }
        free((char *)forged.at);
    }
    CHECK(opened > 200);
    free(bytes);
}

void test_prefixes(void) {
    Prefixes none = {0};
    CHECK(!prefixes_match(&none, TEXT("os")) && prefixes_longest(&none, TEXT("")) == -1);
    for (size_t i = 0; i < COUNT(tables); i++) {
        matches(i);
        damaged(i);
    }
}
