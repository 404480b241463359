/*
** Code objects: what is recorded of them, decided and named once for each.
**
** A Code stays for the life of the process. The interpreter frees code objects and uses their addresses again, so they
** are known by address and version; and a program that makes the same code again and again (exec in a loop) gets the
** same Code for it each time, so that nothing grows.
**
** The table is the agent's own. The extra values that the interpreter offers for this (PyUnstable_Code_SetExtra) can be
** seen: since 3.14 a function whose code has one cannot be sent to another interpreter as it is.
*/
#ifndef AGENT_CODE_H
#define AGENT_CODE_H

#include "abi/python.h"
#include "base/base.h"

typedef struct Code {
    uint32_t base;   /* location of the code object; base + 1 + i is its line i */
    uint32_t count;  /* lines */
    uint32_t min;    /* the line of base + 1 */
    uint32_t bias;   /* location of line n is bias + n where lines are dense … */
    uint32_t dense;  /* … which then is count, else 0 */
    uint32_t start;  /* byte offset of the instruction where its frames start, UINT32_MAX until one did */
    uint32_t *lines; /* line i itself, when they are far apart; else NULL */
    uint32_t *units; /* generators and coroutines: the location for each code unit; else NULL */
    uint32_t unit_count;
    struct Code *next; /* with the same hash bucket */
    uint64_t hash[2];
} Code;

/* The Code of every code object that the filter leaves out. */
extern Code code_left_out;

/* The code objects that were decided about: open addressing, a power of two, never full. */
typedef struct {
    const Object *object; /* NULL: free */
    uint32_t version;
    Code *code;
} CodeEntry;

typedef struct {
    CodeEntry *entries;
    size_t mask, used;
} CodeTable;

extern CodeTable code_table;

static inline size_t code_place(const Object *object) {
    return (size_t)((uintptr_t)object >> 4) * 0x9e3779b97f4a7c15ULL >> 20;
}

/* The Code of a code object, NULL if it has none yet. */
static inline Code *code_find(const Object *object) {
    for (size_t at = code_place(object);; at++) {
        const CodeEntry *entry = &code_table.entries[at & code_table.mask];
        if (LIKELY(entry->object == object)) {
            uint32_t version = code_version(object);
            return LIKELY(entry->version == version) && version ? entry->code : NULL;
        }
        if (!entry->object) return NULL;
    }
}

/* Makes the table. False: no memory. */
bool code_start(void);

/*
** Decides about a code object that has no Code yet. globals is the dict of the frame that runs it. NULL: it could not be
** named, which has been noted (process_fail). No exception is set or cleared.
*/
Code *code_decide(Object *code, Object *globals);

/* The location of a line; base if it is none of its lines. */
uint32_t code_line(const Code *code, uint32_t line);

/* The location of the instruction at a byte offset; base if that is not known. */
static inline uint32_t code_instruction(const Code *code, uint32_t offset) {
    return code->units && offset / 2 < code->unit_count ? code->units[offset / 2] : code->base;
}

#endif
