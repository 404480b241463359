#ifndef AGENT_CPU_ARM64_H
#define AGENT_CPU_ARM64_H

#include "base/base.h"
#include "gen/wire.h"

#define CPU_ARCH WIRE_ARCH_ARM64
#define CPU_CLOCK WIRE_CLOCKKIND_CNTVCT

static inline uint64_t cpu_ticks(void) {
    uint64_t v;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(v));
    return v;
}

/* Arm Architecture Reference Manual, D11: the generic timer counts at a fixed rate. */
static inline bool cpu_invariant(void) { return true; }

static inline uint64_t cpu_tick_hz(void) {
    uint64_t v;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(v));
    return v;
}

static inline void cpu_fence(void) { __asm__ volatile("isb"); }

static inline void cpu_pause(void) { __asm__ volatile("yield"); }

#endif
