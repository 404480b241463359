/* The parts of Linux's interface that the agent uses, as include/uapi of the kernel defines them. */
#ifndef AGENT_OS_LINUX_H
#define AGENT_OS_LINUX_H

#include "base/base.h"

#if defined(__x86_64__)
#include "os/syscall_amd64.h"
#else
#include "os/syscall_arm64.h"
#endif

#define WORD(x) ((int64_t)(uintptr_t)(x))
#define CALL6(n, a, b, c, d, e, f) syscall6(n, WORD(a), WORD(b), WORD(c), WORD(d), WORD(e), WORD(f))
#define CALL5(n, a, b, c, d, e) CALL6(n, a, b, c, d, e, 0)
#define CALL4(n, a, b, c, d) CALL6(n, a, b, c, d, 0, 0)
#define CALL3(n, a, b, c) CALL6(n, a, b, c, 0, 0, 0)
#define CALL2(n, a, b) CALL6(n, a, b, 0, 0, 0, 0)
#define CALL1(n, a) CALL6(n, a, 0, 0, 0, 0, 0)
#define CALL0(n) CALL6(n, 0, 0, 0, 0, 0, 0)

enum {
    EINTR = 4,
    EIO = 5,
    E2BIG = 7,
    EBADF = 9,
    ENOSPC = 28,
    ENAMETOOLONG = 36,
    EOPNOTSUPP = 95,

    AT_FDCWD = -100,
    O_RDONLY = 0,
    O_RDWR = 2,
    O_CREAT = 0100,
    O_EXCL = 0200,
    O_APPEND = 02000,
#if defined(__aarch64__)
    O_NOFOLLOW = 0100000, /* asm/fcntl.h of arm and arm64 has values of its own */
#else
    O_NOFOLLOW = 0400000,
#endif
    O_CLOEXEC = 02000000,
    F_DUPFD_CLOEXEC = 1030,

    PROT_READ_WRITE = 3,
    MAP_SHARED = 1,
    MAP_PRIVATE_ANONYMOUS = 0x22,
    MREMAP_MAYMOVE = 1,
    MADV_DONTFORK = 10,
    MADV_WIPEONFORK = 18,

    FUTEX_WAIT_PRIVATE = 128,
    FUTEX_WAKE_PRIVATE = 129,

    FALLOC_KEEP_SIZE_PUNCH_HOLE = 3,
    STATX_BASIC = 0x7ff,
    AT_EMPTY_PATH = 0x1000,
};

struct timespec64 {
    int64_t seconds, nanoseconds;
};

struct statx_time {
    int64_t seconds;
    uint32_t nanoseconds, reserved;
};

/* struct statx: the same on every CPU. */
struct statx {
    uint32_t mask, blksize;
    uint64_t attributes;
    uint32_t nlink, uid, gid;
    uint16_t mode, spare;
    uint64_t ino, size, blocks, attributes_mask;
    struct statx_time atime, btime, ctime, mtime;
    uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
    uint64_t rest[14];
};

/* directory/name with a final zero, or -ENAMETOOLONG. */
int64_t join(char *path, size_t room, Text directory, Text name);

#endif
