/*
** CPython 3.12 and later: the frame that a thread runs, as something that stays the same while a coroutine is suspended
** and is no other's meanwhile. The interpreter's frame of a coroutine lies within it; no object is made for it here.
*/
#ifndef AGENT_FRAME_H
#define AGENT_FRAME_H

#include "abi/python.h"

/* Looks whether frames are where this version has them: else none is found. Called once, after python_start. */
void frame_start(void);

/* The innermost frame of the calling thread, if it runs this code object; else NULL. */
const void *frame_current(const Object *code);

#endif
