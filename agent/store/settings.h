/*
** What the controller asked for: the file settings of the trace, and the module filter in it.
*/
#ifndef AGENT_SETTINGS_H
#define AGENT_SETTINGS_H

#include "base/base.h"
#include "store/prefixes.h"

typedef struct {
    bool lines;          /* or functions only */
    bool your_code;      /* or what an include prefix matches */
    bool children;       /* forked processes are recorded too */
    bool measure;        /* what an event costs is measured at the start */
    bool drop;           /* where there is no room, events are dropped until there is; else recording stops */
    uint32_t slot_size;  /* bytes */
    uint32_t triggers;   /* a bit for each WIRE_TRIGGER_ that is to be looked for */
    uint64_t limit;      /* chunks of raw at a time, 0: any number */
    Text library;        /* directory of the standard library, without a final slash */
    Prefixes only, skip; /* modules to record, if not your_code; modules to leave out */
} Settings;

/* Reads the file. NULL, or what is wrong with it. The settings keep pointing into memory of their own. */
const char *settings_read(Settings *out, Text trace);

/* What the filter looks at: the globals' __name__ and __file__, the code's file as an absolute path or pseudo name. */
typedef struct {
    Text module, origin, path;
    bool pseudo;
} Candidate;

/* The filter's decision for a code object. */
bool settings_want(const Settings *settings, const Candidate *candidate);

#endif
