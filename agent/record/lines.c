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

bool lines_next(LineReader *reader, LineRun *run) {
    enum { ONE_LINE_0 = 10, ONE_LINE_2 = 12, NO_COLUMNS = 13, LONG = 14, NOWHERE = 15 };
    if (reader->at >= reader->end) return false;
    unsigned char head = *reader->at++;
    unsigned kind = head >> 3 & 15;
    run->units = (head & 7) + 1;
    if (kind == NO_COLUMNS || kind == LONG)
        reader->line += signed_varint(reader);
    else if (kind >= ONE_LINE_0 && kind <= ONE_LINE_2)
        reader->line += kind - ONE_LINE_0;
    bool none = kind == NOWHERE || reader->line < 0 || reader->line >= NO_LINE;
    run->line = none ? NO_LINE : (uint32_t)reader->line;
    /* The columns are of no use here; only the first byte of an entry has its highest bit set. */
    while (reader->at < reader->end && !(*reader->at & 128)) reader->at++;
    return true;
}

LineFacts lines_look(Text table, uint32_t first_line) {
    LineFacts facts = {0};
    LineReader reader = lines_open(table, first_line);
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

uint32_t lines_distinct(Text table, uint32_t first_line, uint32_t *out) {
    uint32_t n = 0, distinct = 0;
    LineReader reader = lines_open(table, first_line);
    for (LineRun run; lines_next(&reader, &run);)
        if (run.line != NO_LINE && (!n || out[n - 1] != run.line)) out[n++] = run.line;
    sort(out, n);
    for (uint32_t i = 0; i < n; i++)
        if (!distinct || out[distinct - 1] != out[i]) out[distinct++] = out[i];
    return distinct;
}
