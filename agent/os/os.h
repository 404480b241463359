/*
** What the agent needs of the operating system. One file per system implements it; no other file makes a system call.
**
** Results below zero are the system's error number, negated. Nothing here touches errno, blocks for long, or takes a
** signal.
*/
#ifndef AGENT_OS_H
#define AGENT_OS_H

#include "base/base.h"

extern const uint32_t os_number; /* a WIRE_OS_ value */

/* Looks up a function or object of the process by name; NULL if there is none. */
void *os_symbol(const char *name);

/* Resolves what the functions below take from the process, once. */
void os_start(void);

uint32_t os_pid(void);
uint32_t os_parent_pid(void);
uint32_t os_thread_id(void);
uint64_t os_monotonic_ns(void);
uint64_t os_wall_ns(void);
int64_t os_current_directory(char *out, size_t room); /* length without the final zero */

/*
** A lock held for a few instructions or some system calls. Who waits longer than a moment sleeps: truly parallel threads
** would burn the time of the one that has it. No function of the interpreter is called while one is held: there a thread
** may be stopped until all others have come to a halt, also one that waits for the lock.
*/
typedef struct {
    uint32_t held; /* 0: free, 1: held, 2: and somebody may sleep */
} Lock;

void lock_take(Lock *lock);
void lock_give(Lock *lock);

/* The same, but nobody has it in a forked child, whose other threads are gone. For what is rare: makes system calls. */
typedef struct {
    uint32_t holder; /* a process */
} ForkLock;

void fork_lock_take(ForkLock *lock);
void fork_lock_give(ForkLock *lock);

/* Sleeps as long as *word is value, and until somebody calls os_wake; may return for nothing. */
void os_wait(uint32_t *word, uint32_t value);
void os_wake(uint32_t *word); /* one that sleeps */

/* Zeroed private memory; NULL if there is none. */
void *os_memory(size_t size);
void os_memory_free(void *at, size_t size);
void *os_memory_grow(void *at, size_t size, size_t more); /* moves it; NULL leaves it as it was */

/*
** The same, but a forked child finds it zeroed: the child's first event then meets an empty slot and takes the slow
** way, where the fork is noticed. So a fork costs an event nothing.
*/
void *os_memory_wiped_by_fork(size_t size);

/* Facts about a path. */
typedef struct {
    bool regular;
    uint64_t size, mtime_ns;
} PathFacts;
int64_t os_look_at(const char *path, PathFacts *out);

int64_t os_make_directory(const char *path); /* private to the user */

/*
** An open file that survives what programs do to descriptors they do not know: before each use it is checked that the
** descriptor still is this file, and if the program has closed it, the file is opened again by its path.
*/
typedef struct {
    int fd;
    uint64_t device, inode;
    char path[4096];
} File;

int64_t os_file_create(File *file, Text directory, Text name); /* private; must not exist; no link is followed */
int64_t os_file_write_at(File *file, const void *data, size_t size, uint64_t offset);
int64_t os_file_read_at(File *file, void *out, size_t size, uint64_t offset); /* all of it, or an error */
int64_t os_file_truncate(File *file, uint64_t size);
int64_t os_file_allocate(File *file, uint64_t offset, uint64_t size); /* blocks on disk for this range */
void os_file_release(File *file, uint64_t offset, uint64_t size);     /* gives them back; the range reads as zeros */
int64_t os_file_map(File *file, uint64_t offset, size_t size, char **at); /* shared, not inherited by fork */
void os_file_close(File *file);

/* Reads a whole small file into out; its size, or an error also when it is larger than room. */
int64_t os_read_whole(Text directory, Text name, void *out, size_t room);

/* Calls at_exit(value) in each thread that armed it, when the thread ends. */
void os_thread_exit_hook(void (*at_exit)(void *value));
void os_thread_exit_arm(void *value);

/* Calls at_exit when the process ends by exit(), if the C library can tell. Forked processes inherit it. */
void os_process_exit_hook(void (*at_exit)(void *nothing));

#endif
