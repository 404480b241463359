/*
** The programs that this one starts: the few functions of CPython's that do it are wrapped, so that a Python among the
** started ones is traced into the same directory. The program's own environment stays as it is.
*/
#ifndef AGENT_CHILDREN_H
#define AGENT_CHILDREN_H

#include "base/base.h"

/* Wraps what is there. The loader's directory and the agent's path must stay. */
void children_start(Text loader, Text agent);

/* Wraps what was imported later. Called for each code object that is seen for the first time; any exception is kept. */
void children_look(void);

#endif
