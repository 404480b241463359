/*
** Module prefixes as the controller gives them: a string table, searched where it lies. Package stringtable makes it; its
** page has the form.
*/
#ifndef AGENT_PREFIXES_H
#define AGENT_PREFIXES_H

#include "base/base.h"

/* All zeros: none. */
typedef struct {
    const char *image;
    uint32_t size, count;
    uint32_t open;                   /* the first so many take any continuation, the others end at a dot boundary */
    uint32_t parents, offsets, text; /* where these parts begin */
} Prefixes;

/* The table keeps pointing to the image. False: it is damaged. */
bool prefixes_open(Prefixes *out, Text image, uint32_t open);

/* The number of the longest prefix that text begins with, or -1. */
int64_t prefixes_longest(const Prefixes *prefixes, Text text);

/* The number of the longest other prefix that this one begins with, or -1. */
int64_t prefixes_parent(const Prefixes *prefixes, int64_t number);

/* Whether one of the prefixes takes the module. */
bool prefixes_match(const Prefixes *prefixes, Text module);

#endif
