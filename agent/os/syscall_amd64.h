/* Linux system calls on amd64: number in rax, arguments in rdi rsi rdx r10 r8 r9; rcx and r11 are lost. */
#ifndef AGENT_SYSCALL_AMD64_H
#define AGENT_SYSCALL_AMD64_H

#include <stdint.h>

static inline int64_t syscall6(long number, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f) {
    int64_t result;
    register int64_t r10 __asm__("r10") = d;
    register int64_t r8 __asm__("r8") = e;
    register int64_t r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

enum {
    SYS_WRITE = 1,
    SYS_READ = 0,
    SYS_CLOSE = 3,
    SYS_MMAP = 9,
    SYS_MUNMAP = 11,
    SYS_MREMAP = 25,
    SYS_MADVISE = 28,
    SYS_GETPID = 39,
    SYS_GETPPID = 110,
    SYS_FCNTL = 72,
    SYS_FTRUNCATE = 77,
    SYS_GETCWD = 79,
    SYS_PREAD64 = 17,
    SYS_PWRITE64 = 18,
    SYS_GETTID = 186,
    SYS_FUTEX = 202,
    SYS_CLOCK_GETTIME = 228,
    SYS_OPENAT = 257,
    SYS_MKDIRAT = 258,
    SYS_FALLOCATE = 285,
    SYS_STATX = 332,
};

#endif
