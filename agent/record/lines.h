/*
** The line table of a code object, in the formats that CPython has had:
**
** * co_lnotab: pairs of bytes, so many bytes of code further and so many lines further, from co_firstlineno on. Lines go
**   back only from 3.6 on. The last run ends with the code.
** * co_linetable of 3.10 (PEP 626): pairs of bytes, a run's bytes of code and its distance in lines from the one before;
**   -128 for a run without a line.
** * co_linetable from 3.11 on: described in the interpreter's Objects/locations.md / InternalDocs/code_objects.md.
*/
#ifndef AGENT_LINES_H
#define AGENT_LINES_H

#include "abi/python.h"
#include "base/base.h"

#define NO_LINE UINT32_MAX

typedef struct {
    Text bytes;
    LineFormat format;
    uint32_t first; /* co_firstlineno */
    uint32_t size;  /* bytes of the code; read for a lnotab */
    uint8_t unit;   /* bytes of a code unit */
} LineTable;

/* One entry: so many code units (of two bytes; in Python 2, of one) on this line. */
typedef struct {
    uint32_t units;
    uint32_t line; /* NO_LINE: none. Line 0 exists: an empty module has it */
} LineRun;

typedef struct {
    const unsigned char *at, *end;
    const LineTable *table;
    int64_t line;
    uint32_t address; /* bytes of code before the next run */
} LineReader;

static inline LineReader lines_open(const LineTable *table) {
    const unsigned char *at = (const unsigned char *)table->bytes.at;
    return (LineReader){at, at + table->bytes.size, table, table->first, 0};
}

/* The next entry. False at the end of the table. */
bool lines_next(LineReader *reader, LineRun *run);

/* What a table holds in all. */
typedef struct {
    uint32_t units;    /* code units */
    uint32_t runs;     /* entries with a line */
    uint32_t min, max; /* lines, if runs is not 0 */
} LineFacts;

LineFacts lines_look(const LineTable *table);

/* Fills out with the distinct lines, ascending; room for facts.runs. Returns how many. */
uint32_t lines_distinct(const LineTable *table, uint32_t *out);

#endif
