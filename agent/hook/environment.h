/*
** The environment that a started program gets, so that a Python in it is traced: what internal/launch does for the first
** program. PYTHONPATH begins with the loader's directory; TRACER_PYTHONPATH is what it was, if it was set; TRACER_DIR,
** TRACER_AGENT and TRACER_PARENT (the name of this process's directory) follow. The loader removes them all.
**
** An environment that has a TRACER_DIR is left as it is: it brings a tracer in already, this one or the program's own.
*/
#ifndef AGENT_ENVIRONMENT_H
#define AGENT_ENVIRONMENT_H

#include "abi/python.h"

/* The loader's directory, absolute and without a colon, and the agent's path. The texts must stay. */
void environment_start(Text loader, Text agent);

/* What came of making an environment. */
typedef enum {
    ENVIRONMENT_SAME,   /* *out is NULL: the program's own is to be used */
    ENVIRONMENT_MADE,   /* *out is a new object with a reference for the caller */
    ENVIRONMENT_RAISED, /* a method of the program's object raised, as it would without us; the exception is set */
} EnvironmentResult;

/* A dict for a mapping from names to values, as os.execve takes it. Calls what os.execve would, and in its order. */
EnvironmentResult environment_of_mapping(Object *mapping, Object **out);

/* A list for a list of b"NAME=value", as _posixsubprocess.fork_exec takes it. */
EnvironmentResult environment_of_list(Object *list, Object **out);

/* The names and values: each entry is NAME=value and ends with a zero. The first is PYTHONPATH. */
enum { VARIABLES = 5 };
typedef struct {
    Text entry[VARIABLES];
    uint32_t count;
    char *block; /* holds them all */
    size_t room;
} Variables;

/* path is what PYTHONPATH was, and set whether it was. False: no memory. */
bool variables_make(Variables *out, bool set, Text path);
void variables_free(Variables *variables);

bool entry_names(Text entry, Text name); /* whether entry is name=… */
extern const Text variable_path, variable_trace;

#endif
