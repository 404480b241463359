/*
** An interpreter for the tests: just enough objects for the agent to record code that never ran. One fake code object
** per call of fake_code; its layout is a row of versions.c.
*/
#ifndef AGENT_FAKE_H
#define AGENT_FAKE_H

#include "abi/python.h"

/* Fills py, so that everything outside the hooks and the module works. */
void fake_start(void);

/* A str or bytes; lives for ever. */
Object *fake_text(const char *text, size_t size);

/* A code object on lines first to first + lines - 1, one code unit each. */
Object *fake_code(const char *file, const char *name, uint32_t first, uint32_t lines, uint32_t flags);

/* A dict whose only key is __name__. */
Object *fake_globals(const char *module);

/* The frames that the calling thread runs: one more, one less, and the line that the innermost is at. */
void fake_enter(Object *code, int line);
void fake_leave(void);
void fake_line(int line);

#endif
