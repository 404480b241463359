#ifndef AGENT_CPU_AMD64_H
#define AGENT_CPU_AMD64_H

#include "base/base.h"
#include "gen/wire.h"

#define CPU_ARCH WIRE_ARCH_AMD64
#define CPU_CLOCK WIRE_CLOCKKIND_TSC

static inline uint64_t cpu_ticks(void) { return __builtin_ia32_rdtsc(); }

static inline void cpu_id(uint32_t leaf, uint32_t out[4]) {
    __asm__ volatile("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(0));
}

/* AMD64 Architecture Programmer's Manual 3, CPUID Fn8000_0007 EDX bit 8; the same on Intel. */
static inline bool cpu_invariant(void) {
    uint32_t r[4];
    cpu_id(0x80000000U, r);
    if (r[0] < 0x80000007U) return false;
    cpu_id(0x80000007U, r);
    return r[3] >> 8 & 1;
}

static inline uint64_t cpu_tick_hz(void) { return 0; }

static inline void cpu_fence(void) { __builtin_ia32_lfence(); }

static inline void cpu_pause(void) { __builtin_ia32_pause(); }

#endif
