#include "record/lines.h"

/* Chunks of six bits, lowest first; bit 6 says that another follows. */
static uint64_t varint(LineReader *reader) {
    uint64_t v = 0;
    for (unsigned shift = 0; reader->at < reader->end && shift < 64; shift += 6) {
        unsigned char c = *reader->at++;
        v |= (uint64_t)(c & 63) << shift;
        if (!(c & 64)) break;
    }
    return v;
}

static int64_t signed_varint(LineReader *reader) {
    uint64_t v = varint(reader);
    return v & 1 ? -(int64_t)(v >> 1) : (int64_t)(v >> 1);
}

static uint32_t line_of(const LineReader *reader) {
    return reader->line < 0 || reader->line >= NO_LINE ? NO_LINE : (uint32_t)reader->line;
}

static bool next_location(LineReader *reader, LineRun *run) {
    enum { ONE_LINE_0 = 10, ONE_LINE_2 = 12, NO_COLUMNS = 13, LONG = 14, NOWHERE = 15 };
    if (reader->at >= reader->end) return false;
    unsigned char head = *reader->at++;
    unsigned kind = head >> 3 & 15;
    run->units = (head & 7) + 1;
    if (kind == NO_COLUMNS || kind == LONG)
        reader->line += signed_varint(reader);
    else if (kind >= ONE_LINE_0 && kind <= ONE_LINE_2)
        reader->line += kind - ONE_LINE_0;
    run->line = kind == NOWHERE ? NO_LINE : line_of(reader);
    /* The columns are of no use here; only the first byte of an entry has its highest bit set. */
    while (reader->at < reader->end && !(*reader->at & 128)) reader->at++;
    return true;
}

/* The run that lasts for so many bytes of code. A distance over 255 is cut in odd places: so units are not lost. */
static bool run_for(LineReader *reader, uint32_t bytes, LineRun *run) {
    uint32_t unit = reader->table->unit, before = reader->address / unit;
    reader->address += bytes;
    run->units = reader->address / unit - before;
    return true;
}

static bool next_range(LineReader *reader, LineRun *run) {
    enum { NOWHERE = -128 };
    if (reader->end - reader->at < 2) return false;
    signed char lines = (signed char)reader->at[1];
    if (lines != NOWHERE) reader->line += lines;
    run->line = lines == NOWHERE ? NO_LINE : line_of(reader);
    run_for(reader, reader->at[0], run);
    reader->at += 2;
    return true;
}

static bool next_in_lnotab(LineReader *reader, LineRun *run) {
    const LineTable *table = reader->table;
    if (reader->address >= table->size) return false;
    uint32_t bytes = 0;
    run->line = line_of(reader);
    while (reader->end - reader->at >= 2 && bytes == 0) {
        bytes = reader->at[0];
        if (bytes == 0) { /* only lines, in front of the run */
            reader->line += table->format == LINES_SIGNED ? (signed char)reader->at[1] : reader->at[1];
            run->line = line_of(reader);
            reader->at += 2;
        }
    }
    uint32_t left = table->size - reader->address;
    run_for(reader, bytes == 0 || bytes > left ? left : bytes, run);
    if (bytes == 0) return true;
    reader->line += table->format == LINES_SIGNED ? (signed char)reader->at[1] : reader->at[1];
    reader->at += 2;
    return true;
}

bool lines_next(LineReader *reader, LineRun *run) {
    switch (reader->table->format) {
    case LINES_UNSIGNED:
    case LINES_SIGNED:
        return next_in_lnotab(reader, run);
    case LINES_RANGES:
        return next_range(reader, run);
    default:
        return next_location(reader, run);
    }
}

LineFacts lines_look(const LineTable *table) {
    LineFacts facts = {0};
    LineReader reader = lines_open(table);
    for (LineRun run; lines_next(&reader, &run);) {
        facts.units += run.units;
        if (run.line == NO_LINE) continue;
        if (!facts.runs++ || run.line < facts.min) facts.min = run.line;
        if (run.line > facts.max) facts.max = run.line;
    }
    return facts;
}

/* Moves the root of the heap below n down to its place (heapsort: no extra memory, no bad case). */
static void sift(uint32_t *heap, size_t root, size_t n) {
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && heap[child] < heap[child + 1]) child++;
        if (heap[root] >= heap[child]) return;
        uint32_t swapped = heap[root];
        heap[root] = heap[child];
        heap[child] = swapped;
    }
}

static void sort(uint32_t *v, size_t n) {
    for (size_t root = n / 2; root-- > 0;) sift(v, root, n);
    for (size_t last = n; last-- > 1;) {
        uint32_t largest = v[0];
        v[0] = v[last];
        v[last] = largest;
        sift(v, 0, last);
    }
}

uint32_t lines_distinct(const LineTable *table, uint32_t *out) {
    uint32_t n = 0, distinct = 0;
    LineReader reader = lines_open(table);
    for (LineRun run; lines_next(&reader, &run);)
        if (run.line != NO_LINE && (!n || out[n - 1] != run.line)) out[n++] = run.line;
    sort(out, n);
    for (uint32_t i = 0; i < n; i++)
        if (!distinct || out[distinct - 1] != out[i]) out[distinct++] = out[i];
    return distinct;
}
