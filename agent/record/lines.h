/*
** The line table of a code object (co_linetable of CPython 3.11 and later; the format is described in the interpreter's
** Objects/locations.md / InternalDocs/code_objects.md).
*/
#ifndef AGENT_LINES_H
#define AGENT_LINES_H

#include "base/base.h"

#define NO_LINE UINT32_MAX

/* One entry: so many code units (of two bytes) on this line. */
typedef struct {
    uint32_t units;
    uint32_t line; /* NO_LINE: none. Line 0 exists: an empty module has it */
} LineRun;

typedef struct {
    const unsigned char *at, *end;
    int64_t line;
} LineReader;

static inline LineReader lines_open(Text table, uint32_t first_line) {
    const unsigned char *at = (const unsigned char *)table.at;
    return (LineReader){at, at + table.size, first_line};
}

/* The next entry. False at the end of the table. */
bool lines_next(LineReader *reader, LineRun *run);

/* What a table holds in all. */
typedef struct {
    uint32_t units;    /* code units */
    uint32_t runs;     /* entries with a line */
    uint32_t min, max; /* lines, if runs is not 0 */
} LineFacts;

LineFacts lines_look(Text table, uint32_t first_line);

/* Fills out with the distinct lines, ascending; room for facts.runs. Returns how many. */
uint32_t lines_distinct(Text table, uint32_t first_line, uint32_t *out);

#endif
