/*
** What the controller asked for: the file settings of the trace, and the module filter in it.
*/
#ifndef AGENT_SETTINGS_H
#define AGENT_SETTINGS_H

#include "base/base.h"

typedef struct {
    bool lines;          /* or functions only */
    bool your_code;      /* or what an include prefix matches */
    uint32_t slot_size;  /* bytes */
    Text library;        /* directory of the standard library, without a final slash */
    const char *records; /* the prefixes: valid PREFIX records */
    size_t size;
} Settings;

/* Reads the file. NULL, or what is wrong with it. The settings keep pointing into memory of their own. */
const char *settings_read(Settings *out, Text trace);

/* The filter's decision for a code object: its module's name, its file's absolute path or pseudo name. */
bool settings_want(const Settings *settings, Text module, Text path, bool pseudo);

#endif
