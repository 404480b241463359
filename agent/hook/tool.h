/*
** Our tool at the sys.monitoring of an interpreter. Each interpreter has a sys.monitoring of its own.
**
** The callbacks are bound to a capsule with the Tool in it: so each finds the interpreter that it runs in without asking
** anybody, and the Tool goes when they do, with the interpreter.
*/
#ifndef AGENT_TOOL_H
#define AGENT_TOOL_H

#include "abi/python.h"

/* An event and who takes it, the same in every interpreter. */
typedef struct {
    const char *name; /* in sys.monitoring.events */
    Callback callback;
    MethodDef method;
    long bit; /* known when a tool is there */
} Event;

typedef struct Tool {
    uint32_t interpreter; /* its number */
    bool recording;       /* what is asked for once there is code to record */
    long id;
    const Object *watched; /* code that starts when an exception was not caught in a thread of this interpreter */
    Object *set_local, *set_global;
    struct Tool *next;
} Tool;

/* The tool that a callback belongs to. A capsule begins with its pointer; tool_take has seen that it does. */
static inline Tool *tool_of(const Object *self) { return code_field(self, py.version->head); }

/*
** Takes a free id in the calling thread's interpreter and registers the callbacks. NULL, or why not. A tool that the
** interpreter has got already is none of the reasons: *out is NULL then.
*/
const char *tool_take(Event *events, size_t count, Tool **out);

/* Gives the id back; the tool is not used any more. */
void tool_give_back(Tool *tool);

/* Sets the events for all code, or for one code object. False: that failed. No exception is left. */
bool tool_set(const Tool *tool, long bits);
bool tool_set_on(const Tool *tool, Object *code, long bits);

#endif
