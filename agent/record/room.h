/*
** Room for the next event: the slow way of recording, taken once per slot.
**
** A thread that finds no room loses its event, which is counted: in the control page by its cause, and in the head of the
** thread's last slot. If the settings say so it goes on like that until there is room. Then the frames are taken from the
** interpreter, since calls and returns were lost too, and the time in between belongs to nobody.
*/
#ifndef AGENT_ROOM_H
#define AGENT_ROOM_H

#include "record/thread.h"

/*
** Makes room for a word and a frame: a new slot, a new thread, a larger stack. opening is the code object of the frame
** that the event opens, NULL if it opens none. NULL: the event cannot be recorded (then, except in a forked child that is
** left alone, it has been counted).
*/
Thread *thread_make_room(const Object *opening);

/*
** Marks the time since begin, a reading of the clock, as the agent's own, in front of the event that is to be recorded.
** What thread_make_room takes it marks itself.
*/
void thread_own_time(Thread *thread, uint64_t begin);

/* Goes on in a new slot, whose time is thread->ticks. False: there is none. */
bool thread_new_slot(Thread *thread, const Object *opening);

/* The thread is done with its slot. last: it has ended. */
void thread_end_slot(Thread *thread, bool last);

#endif
