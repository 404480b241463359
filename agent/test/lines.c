/* Line tables made by hand after the interpreter's description of them. */
#include "record/lines.h"

#include "test/test.h"

static const LineTable *table_of(const unsigned char *bytes, size_t size, uint32_t first) {
    static LineTable table;
    table = (LineTable){{(const char *)bytes, size}, LINES_LOCATIONS, first, 0, 2};
    return &table;
}

void test_lines(void) {
    static const unsigned char bytes[] = {
        0x80 | 0 << 3 | 1,  0x11,             /* short form: 2 units, the same line (10) */
        0x80 | 11 << 3 | 0, 0, 4,             /* one line on (11), 1 unit */
        0x80 | 12 << 3 | 7, 0, 4,             /* two lines on (13), 8 units */
        0x80 | 15 << 3 | 2,                   /* no line, 3 units */
        0x80 | 13 << 3 | 0, 0x40 | 0x09, 0x02, /* no columns: -(9 + 2 * 64 >> 1) = -68, below 0: no line */
        0x80 | 13 << 3 | 0, 0x40 | 0x08, 0x02, /* +68: 13 again */
        0x80 | 14 << 3 | 0, 0x03, 0, 1, 1,    /* long form: -1 (12) */
    };
    const LineTable *table = table_of(bytes, sizeof bytes, 10);
    LineFacts facts = lines_look(table);
    CHECK_EQUAL(facts.units, 17);
    CHECK_EQUAL(facts.runs, 5);
    CHECK_EQUAL(facts.min, 10);
    CHECK_EQUAL(facts.max, 13);
    uint32_t lines[5];
    CHECK_EQUAL(lines_distinct(table, lines), 4);
    for (uint32_t i = 0; i < 4; i++) CHECK_EQUAL(lines[i], 10 + i);

    static const unsigned char empty[] = {0x80 | 14 << 3 | 2, 3, 1, 1, 1}; /* an empty module: line 0 */
    CHECK_EQUAL(lines_look(table_of(empty, sizeof empty, 1)).runs, 1);
    CHECK_EQUAL(lines_look(table_of(empty, sizeof empty, 1)).max, 0);

    CHECK_EQUAL(lines_look(table_of(bytes, 0, 5)).runs, 0);
    for (size_t size = 0; size < sizeof bytes; size++) lines_look(table_of(bytes, size, 10)); /* cut anywhere */

    /* Far apart, and descending in the table. */
    unsigned char falling[400];
    for (int i = 0; i < 200; i++) {
        falling[2 * i] = 0x80 | 13 << 3;
        falling[2 * i + 1] = 3; /* -1 */
    }
    uint32_t sorted[200];
    CHECK_EQUAL(lines_distinct(table_of(falling, 400, 1000), sorted), 200);
    CHECK_EQUAL(sorted[0], 800);
    CHECK_EQUAL(sorted[199], 999);
}
