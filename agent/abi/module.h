/*
** PyModuleDef and its parts, as Include/moduleobject.h has them since 3.5.
*/
#ifndef AGENT_MODULE_H
#define AGENT_MODULE_H

#include "abi/python.h"

enum { MODULE_EXEC = 2, MODULE_INTERPRETERS = 3, MODULE_GIL = 4, MODULE_EXEC_NEW = 85 /* since 3.15 */ }; /* Py_mod_… */

typedef struct {
    int slot;
    void *value;
} ModuleSlot;

/* What follows the head of an object, whose size is the build's. */
typedef struct {
    void *init;
    Ssize index;
    void *copy;
    const char *name, *doc;
    Ssize size;
    MethodDef *methods;
    ModuleSlot *slots; /* NULL: it is initialised in one step */
    void *traverse, *clear, *free;
} ModuleParts;

#endif
