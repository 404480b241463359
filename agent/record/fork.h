/*
** Forked children. A fork costs an event nothing: a thread's memory is wiped by it and the mappings are not inherited,
** so that the child's first event finds no room and comes here.
**
** A child that is recorded becomes a process of its own: its own directory, files and clock, its threads numbered from 1.
** What its parent had named holds for it too, and its numbers go on from there.
*/
#ifndef AGENT_FORK_H
#define AGENT_FORK_H

#include "base/base.h"

/*
** True: this process records; it has become one of its own if it is a forked child. False: it is a child that is left
** alone. Makes a system call. The interpreter's lock is held, and so it was when the process was forked.
*/
bool fork_follow(void);

/* This is a forked child that is left alone, and one of its events was seen. */
extern bool fork_left_alone;

#endif
