/*
** Qualified names ("Class.method") of code objects. From 3.11 on they have one. Before, the compiler gives it to the
** function objects, and the code objects within one show what it was: so those within a code object that is recorded are
** named then, as the compiler names their functions. What its rules take from the source alone is not known: a function
** declared global in a function or class is named as if it were not.
**
** The interpreter's lock is held.
*/
#ifndef AGENT_QUALNAME_H
#define AGENT_QUALNAME_H

#include "abi/python.h"

/* keep is to be released with object_release, or NULL. The text stays as long as the code object. */
Text qualname_of(const Object *code, Object **keep);

/* Names what is within a code object of this qualified name. Nothing to do where they have one. */
void qualname_note_inner(const Object *code, Text name);

/* The code object is freed. */
void qualname_forget(const Object *code);

#endif
