/* Source files: looked at when the first code object of each is seen, named when one of them is recorded. */
#ifndef AGENT_FILE_H
#define AGENT_FILE_H

#include "base/base.h"

typedef struct SourceFile {
    struct SourceFile *next; /* with the same hash bucket */
    uint64_t hash;
    uint32_t id;
    bool pseudo; /* <string>, <frozen importlib> … */
    bool named;
    Text name; /* co_filename */
    Text path; /* the same, absolute; zero-terminated */
} SourceFile;

/* The file of a name, a co_filename; NULL if there is no memory. Callers hold process.lock. */
SourceFile *source_file(Text name);

/* Writes its record unless that was done. False: it could not, which has been noted. Callers hold process.lock. */
bool source_file_name(SourceFile *file);

#endif
