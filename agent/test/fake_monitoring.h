/*
** The sys.monitoring of the fake interpreter, one for each of its interpreters: it registers callbacks, and calls them for
** events that are on for all code or for the code object. As the real one, it may be used by threads at the same time.
*/
#ifndef AGENT_FAKE_MONITORING_H
#define AGENT_FAKE_MONITORING_H

#include "abi/python.h"

typedef enum { FAKE_START, FAKE_RESUME, FAKE_RETURN, FAKE_YIELD, FAKE_LINE, FAKE_UNWIND, FAKE_THROW, FAKE_EVENTS } FakeEvent;

/* After fake_start. */
void fake_monitoring_start(void);

/* The calling thread runs in this interpreter from now on; at first it is 0. */
void fake_interpreter(uint32_t number);

/*
** An event of a code object, with its offset or line. Nothing happens if it is not on. False: the callback answered
** neither None nor, where that is allowed, DISABLE; or it was another one's that came first.
*/
bool fake_event(FakeEvent event, Object *code, uint32_t value);

/* The interpreter has ended: its callbacks are gone. */
void fake_interpreter_ends(uint32_t number);

#endif
