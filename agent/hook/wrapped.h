/*
** Built-in functions of the interpreter's that the agent sees the calls of.
**
** The idea: a function object of CPython's points to a static PyMethodDef, and calls what stands in it at that moment.
** Another pointer there changes what is called for good, and next to nothing that a program can look at: the object,
** its name, signature and documentation stay.
*/
#ifndef AGENT_WRAPPED_H
#define AGENT_WRAPPED_H

#include "abi/python.h"

/*
** What stands in a definition, for every calling convention: which there is differs from version to version. All pass
** their arguments in the first registers for integers, and what a convention does not pass is not looked at.
*/
typedef Object *(*Entry)(Object *self, void *a, void *b, void *c);

typedef struct {
    const char *module, *name;
    Entry entry; /* what is called instead */
    int flags;   /* the calling convention */
    Entry original; /* NULL: it is not wrapped (yet) */
} Wrapped;

/* Wraps the function if its module is imported, and it is not wrapped yet. Any exception is lost. */
void wrap(Wrapped *wrapped);

/* What stands under a name in a module that is imported; borrowed, NULL if there is none. */
Object *imported(const char *module, const char *name);

/* A call that has come to an entry. */
typedef struct {
    const Wrapped *wrapped;
    Object *self;
    void *a, *b, *c;
} Call;

Object *call_original(const Call *call);

/* How many arguments were given by position. */
Ssize call_positional(const Call *call);

/* An argument by its place, or by its name (NULL: it has none); borrowed, NULL if it was not given. */
Object *call_argument(const Call *call, Ssize position, const char *name);

/* Calls with another object in place of an argument that was given. */
Object *call_with(const Call *call, Ssize position, const char *name, Object *value);

#endif
