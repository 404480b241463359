/*
** A traced program, and the controller's side of it: for the tests of the whole way from an event to the files.
*/
#ifndef AGENT_TRACED_H
#define AGENT_TRACED_H

#include "abi/python.h"
#include "record/record.h"

extern Object *outer, *inner, *generator;
extern const Code *outer_code, *inner_code, *generator_code;

/* Begins to record into a new trace in directory, and decides about the code objects above. */
void traced_start(const char *directory, Settings settings);

Code *traced_code(Object *object);

/* A call of outer and its return: two events. */
void traced_call(void);

/* Calls of outer until the thread has taken so many more slots. Returns the events. */
uint64_t traced_slots(uint32_t slots);

/* Fields of this process's control page. */
uint32_t control_get32(size_t offset);
uint64_t control_get64(size_t offset);
void control_put32(size_t offset, uint32_t v);

/* Events in the words of a slot, marks left out, up to used or the first zero. */
uint64_t slot_events(const char *slot);

/* Events of all slots that lie in raw, and how many slots those are. */
uint64_t raw_events(uint64_t *slots);

/* Takes the slots of the list full, zeroes them, and gives as many to free as there is room. Returns their events. */
uint64_t controller_drains(void);
extern uint32_t controller_saw_last; /* slots with which a thread has ended, among those */

/* Puts a number into the list free, whether that is right or not. */
void controller_gives(uint32_t number);

/* Reads the slot of a number. */
void controller_reads(uint32_t number, char *slot);

#endif
