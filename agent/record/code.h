/*
** Code objects: what is recorded of them, decided and named once for each.
**
** A Code stays for the life of the process. The interpreter frees code objects and uses their addresses again, so a
** code object's Code hangs in its extra slot, never in a table by address; and a program that makes the same code again
** and again (exec in a loop) gets the same Code for it each time, so that nothing grows.
*/
#ifndef AGENT_CODE_H
#define AGENT_CODE_H

#include "abi/python.h"
#include "base/base.h"

typedef struct Code {
    uint32_t base;   /* location of the code object; base + 1 + i is its line i */
    uint32_t count;  /* lines */
    uint32_t min;    /* the line of base + 1 */
    uint32_t start;  /* byte offset of the instruction where its frames start, UINT32_MAX until one did */
    uint32_t *lines; /* line i itself, when they are far apart; else NULL */
    uint32_t *units; /* generators and coroutines: the location for each code unit; else NULL */
    uint32_t unit_count;
    struct Code *next; /* with the same hash bucket */
    uint64_t hash[2];
} Code;

/* The Code of every code object that the filter leaves out. */
extern Code code_left_out;

/*
** Decides about a code object that has no Code yet, and hangs the result in its extra slot. globals is the dict of the
** frame that runs it. NULL: it could not be named; the recording has been stopped. No exception is set or cleared.
*/
Code *code_decide(Object *code, Object *globals);

/* The location of a line; base if it is none of its lines. */
uint32_t code_line(const Code *code, uint32_t line);

/* The location of the instruction at a byte offset; base if that is not known. */
static inline uint32_t code_instruction(const Code *code, uint32_t offset) {
    return code->units && offset / 2 < code->unit_count ? code->units[offset / 2] : code->base;
}

#endif
