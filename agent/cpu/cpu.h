/*
** What differs between CPUs: the cycle counter. One header per CPU.
**
**   cpu_ticks()      reads the counter; not ordered against neighbouring instructions, which costs half as much
**   cpu_invariant()  whether it runs at one rate in all states of all cores, so that it is a clock
**   cpu_tick_hz()    its rate, 0 where the CPU does not tell
**   cpu_fence()      what follows, reading the counter too, begins when all before it is done
**   cpu_pause()      inside a spinning loop
**   CPU_ARCH         the format's number
**   CPU_CLOCK        the format's number of this clock
*/
#ifndef AGENT_CPU_H
#define AGENT_CPU_H

#if defined(__x86_64__)
#include "cpu/amd64.h"
#elif defined(__aarch64__)
#include "cpu/arm64.h"
#else
#error "no header for this CPU in agent/cpu"
#endif

#endif
