/*
** What holds where threads of the interpreter run at the same time: without a global lock, or in several interpreters
** that have one each.
*/
#ifndef AGENT_PARALLEL_H
#define AGENT_PARALLEL_H

#include "abi/python.h"

/* Functions that not every version has: NULL there. */
typedef struct {
    void *(*interpreter)(void);                       /* PyInterpreterState_Get, since 3.9 */
    int64_t (*interpreter_id)(void *);                /* PyInterpreterState_GetID, since 3.7 */
    int (*dict_get_ref)(Object *, Object *, Object **); /* PyDict_GetItemRef, since 3.13 */
} Parallel;

extern Parallel parallel;

/* Looks them up. Called once, after python_start. */
void parallel_start(void);

/* The number of the interpreter that the calling thread runs in: 0 the main one; none is used again. */
uint32_t interpreter_number(void);

/*
** What a dict has for a key: a new reference, so that a thread that replaces it meanwhile does not free it; NULL if there
** is none. No exception is left.
*/
Object *dict_get(Object *dict, Object *key);
Object *dict_find(Object *dict, const char *name);

#endif
