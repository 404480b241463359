/* Linux system calls on arm64: number in x8, arguments in x0 to x5. */
#ifndef AGENT_SYSCALL_ARM64_H
#define AGENT_SYSCALL_ARM64_H

#include <stdint.h>

static inline int64_t syscall6(long number, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f) {
    register int64_t x8 __asm__("x8") = number;
    register int64_t x0 __asm__("x0") = a;
    register int64_t x1 __asm__("x1") = b;
    register int64_t x2 __asm__("x2") = c;
    register int64_t x3 __asm__("x3") = d;
    register int64_t x4 __asm__("x4") = e;
    register int64_t x5 __asm__("x5") = f;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}

enum {
    SYS_WRITE = 64,
    SYS_READ = 63,
    SYS_CLOSE = 57,
    SYS_MMAP = 222,
    SYS_MUNMAP = 215,
    SYS_MREMAP = 216,
    SYS_MADVISE = 233,
    SYS_GETPID = 172,
    SYS_GETPPID = 173,
    SYS_FCNTL = 25,
    SYS_FTRUNCATE = 46,
    SYS_GETCWD = 17,
    SYS_PREAD64 = 67,
    SYS_PWRITE64 = 68,
    SYS_GETTID = 178,
    SYS_FUTEX = 98,
    SYS_CLOCK_GETTIME = 113,
    SYS_OPENAT = 56,
    SYS_MKDIRAT = 34,
    SYS_FALLOCATE = 47,
    SYS_STATX = 291,
};

#endif
