/*
** Linux. System calls are made directly: the agent has no C runtime of its own, and the program's may be any.
** Only the clock and thread exit come from the process's own C library, by name.
*/
#include "gen/wire.h"
#include "os/linux.h"
#include "os/os.h"

const uint32_t os_number = WIRE_OS_LINUX;

/* The one symbol the agent leaves undefined: every dynamic linker has it. */
extern void *dlsym(void *handle, const char *name);

static int (*process_clock_gettime)(int, struct timespec64 *);

void *os_symbol(const char *name) { return dlsym(NULL, name); }

void os_start(void) {
    /* The C library's, because it reads the vDSO's clock without a system call. */
    *(void **)&process_clock_gettime = os_symbol("clock_gettime");
}

uint32_t os_pid(void) { return (uint32_t)CALL0(SYS_GETPID); }
uint32_t os_parent_pid(void) { return (uint32_t)CALL0(SYS_GETPPID); }
uint32_t os_thread_id(void) { return (uint32_t)CALL0(SYS_GETTID); }

static uint64_t clock_ns(int clock) {
    struct timespec64 now;
    if (!process_clock_gettime || process_clock_gettime(clock, &now) != 0) CALL2(SYS_CLOCK_GETTIME, clock, &now);
    return (uint64_t)now.seconds * 1000000000 + (uint64_t)now.nanoseconds;
}

uint64_t os_monotonic_ns(void) { return clock_ns(1); }
uint64_t os_wall_ns(void) { return clock_ns(0); }

int64_t os_current_directory(char *out, size_t room) {
    int64_t n = CALL2(SYS_GETCWD, out, room); /* counts the final zero */
    return n > 0 ? n - 1 : n;
}

void os_wait(uint32_t *word, uint32_t value) { CALL4(SYS_FUTEX, word, FUTEX_WAIT_PRIVATE, value, 0); }
void os_wake(uint32_t *word) { CALL3(SYS_FUTEX, word, FUTEX_WAKE_PRIVATE, 1); }

static bool is_error(int64_t result) { return result < 0 && result > -4096; }

static void *map(size_t size, int flags, int fd, uint64_t offset) {
    int64_t at = CALL6(SYS_MMAP, 0, size, PROT_READ_WRITE, flags, fd, offset);
    return is_error(at) ? NULL : (void *)(uintptr_t)at;
}

void *os_memory(size_t size) { return map(size, MAP_PRIVATE_ANONYMOUS, -1, 0); }

void os_memory_free(void *at, size_t size) { CALL2(SYS_MUNMAP, at, size); }

void *os_memory_grow(void *at, size_t size, size_t more) {
    int64_t moved = CALL4(SYS_MREMAP, at, size, more, MREMAP_MAYMOVE);
    return is_error(moved) ? NULL : (void *)(uintptr_t)moved;
}

void *os_memory_wiped_by_fork(size_t size) {
    void *at = os_memory(size);
    if (at && CALL3(SYS_MADVISE, at, size, MADV_WIPEONFORK) < 0) {
        os_memory_free(at, size); /* Linux before 4.14 */
        return NULL;
    }
    return at;
}

int64_t os_look_at(const char *path, PathFacts *out) {
    struct statx facts;
    int64_t result = CALL5(SYS_STATX, AT_FDCWD, path, 0, STATX_BASIC, &facts);
    if (result < 0) return result;
    out->regular = (facts.mode & 0170000) == 0100000;
    out->size = facts.size;
    out->mtime_ns = (uint64_t)facts.mtime.seconds * 1000000000 + facts.mtime.nanoseconds;
    return 0;
}

int64_t os_make_directory(const char *path) { return CALL3(SYS_MKDIRAT, AT_FDCWD, path, 0700); }

int64_t os_read_whole(Text directory, Text name, void *out, size_t room) {
    char path[4096];
    int64_t result = join(path, sizeof path, directory, name);
    if (result < 0) return result;
    int64_t fd = CALL4(SYS_OPENAT, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
    if (fd < 0) return fd;
    size_t have = 0;
    while ((result = CALL3(SYS_READ, fd, (char *)out + have, room - have)) > 0) have += (size_t)result;
    CALL1(SYS_CLOSE, fd);
    if (result < 0) return result;
    return have == room ? -E2BIG : (int64_t)have;
}

int64_t join(char *path, size_t room, Text directory, Text name) {
    if (directory.size + name.size + 2 > room) return -ENAMETOOLONG;
    memcpy(path, directory.at, directory.size);
    path[directory.size] = '/';
    memcpy(path + directory.size + 1, name.at, name.size);
    path[directory.size + 1 + name.size] = 0;
    return 0;
}

/* pthread_key_t is an unsigned int in glibc and musl alike. */
static unsigned exit_key;
static int (*process_setspecific)(unsigned, const void *);

void os_thread_exit_hook(void (*at_exit)(void *value)) {
    int (*key_create)(unsigned *, void (*)(void *));
    *(void **)&key_create = os_symbol("pthread_key_create");
    void *set = os_symbol("pthread_setspecific");
    if (key_create && set && key_create(&exit_key, at_exit) == 0) *(void **)&process_setspecific = set;
}

void os_thread_exit_arm(void *value) {
    if (process_setspecific) process_setspecific(exit_key, value);
}

void os_process_exit_hook(void (*at_exit)(void *nothing)) {
    int (*enter)(void (*)(void *), void *, void *);
    *(void **)&enter = os_symbol("__cxa_atexit"); /* glibc and musl; atexit itself is no symbol of glibc's */
    if (enter) enter(at_exit, NULL, NULL);
}
