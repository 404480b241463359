/*
** Code objects: what is recorded of them, decided and named once for each.
**
** A Code stays for the life of the process. The interpreter frees code objects and uses their addresses again, so they
** are known by address and version; and a program that makes the same code again and again (exec in a loop) gets the
** same Code for it each time, so that nothing grows.
**
** Many threads read the table at the same time, without a lock and without writing to it; who changes it holds
** process.lock. An address is one of its entries for good. Its tag says which of the code objects that had this address
** is meant, and seals what else is in the entry: 0 while that is changed. A larger table takes a smaller one's place as a
** whole, and the smaller one stays, since somebody may be reading it; all of them together are no larger than the last.
**
** Two threads may see a code object for the first time at once. Both decide, and get the same Code. It is entered only
** when the interpreter tells of its events: whoever finds it need not see to that.
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
    uint32_t start;  /* byte offset of the instruction where its frames start, UINT32_MAX until one did; see code_started */
    bool coroutine;  /* what an event loop may run, see task.h */
    uint32_t *lines; /* line i itself, when they are far apart; else NULL */
    uint32_t *units; /* generators and coroutines: the location for each code unit; else NULL */
    uint32_t unit_count;
    struct Code *next; /* with the same hash bucket */
    uint64_t hash[2];
} Code;

/* The Code of every code object that the filter leaves out. */
extern Code code_left_out;

typedef struct {
    const Object *object; /* NULL: free */
    uint64_t tag;
    Code *code;
} CodeEntry;

/* The code objects that were decided about: open addressing, a power of two, never full. */
typedef struct {
    size_t mask;
    CodeEntry entries[];
} CodeTable;

extern CodeTable *code_table;

static inline size_t code_place(const Object *object) {
    return (size_t)((uintptr_t)object >> 4) * 0x9e3779b97f4a7c15ULL >> 20;
}

/*
** Tells a code object from all others that have its address, before or after it: the interpreters of a process number
** their code objects each from 1. 0: it has no number, the interpreter has run out of them.
*/
static inline uint64_t code_tag(const Object *object, uint32_t interpreter) {
    uint32_t version = code_version(object);
    return LIKELY(version) ? (uint64_t)interpreter << 32 | version : 0;
}

/*
** The Code of a code object, NULL if it has none yet. interpreter is the number of the one that runs it.
**
** The code object is alive, so its entry does not change any more once it is its own; but 3.12 has a few that all
** interpreters share, and so the tag is read once more after the Code.
*/
static inline Code *code_find(const Object *object, uint32_t interpreter) {
    const CodeTable *table = __atomic_load_n(&code_table, __ATOMIC_ACQUIRE);
    for (size_t at = code_place(object);; at++) {
        const CodeEntry *entry = &table->entries[at & table->mask];
        const Object *found = __atomic_load_n(&entry->object, __ATOMIC_RELAXED);
        if (LIKELY(found == object)) {
            uint64_t tag = code_tag(object, interpreter);
            if (UNLIKELY(__atomic_load_n(&entry->tag, __ATOMIC_ACQUIRE) != tag || !tag)) return NULL;
            Code *code = __atomic_load_n(&entry->code, __ATOMIC_ACQUIRE);
            return LIKELY(__atomic_load_n(&entry->tag, __ATOMIC_RELAXED) == tag) ? code : NULL;
        }
        if (!found) return NULL;
    }
}

/* Makes the table. False: no memory. */
bool code_start(void);

/*
** Decides about a code object that has no Code yet, of the interpreter that the calling thread runs in. globals is the
** dict of the frame that runs it. NULL: it could not be named, which has been noted (process_fail). No exception is set
** or cleared.
*/
Code *code_decide(Object *code, Object *globals);

/* Lets code_find find it. False: no memory, which has been noted. */
bool code_enter(const Object *object, uint32_t interpreter, Code *code);

/* The code object is freed, in a version that does not number them: its address may be another one's soon. */
void code_forget(const Object *object);

/* The location of a line; base if it is none of its lines. */
uint32_t code_line(const Code *code, uint32_t line);

/* The location of the instruction at a byte offset; base if that is not known. */
static inline uint32_t code_instruction(const Code *code, uint32_t offset) {
    return code->units && offset / 2 < code->unit_count ? code->units[offset / 2] : code->base;
}

#endif
