/*
** Files that keep working in a program that closes descriptors it does not know (daemons close all of them, and the
** number is then given to a file of the program's own, which must never be written to).
*/
#include "os/linux.h"
#include "os/os.h"

/* Descriptors are moved up here, so that the program finds the low numbers it expects to get next. */
enum { HIGH_DESCRIPTOR = 700 };

static int64_t identify(int fd, uint64_t *device, uint64_t *inode) {
    struct statx facts;
    int64_t result = CALL5(SYS_STATX, fd, "", AT_EMPTY_PATH, STATX_BASIC, &facts);
    if (result < 0) return result;
    *device = (uint64_t)facts.dev_major << 32 | facts.dev_minor;
    *inode = facts.ino;
    return 0;
}

static int64_t open_high(const char *path, int flags) {
    int64_t fd = CALL4(SYS_OPENAT, AT_FDCWD, path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return fd;
    int64_t high = CALL3(SYS_FCNTL, fd, F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR);
    if (high < 0) return fd; /* the limit of descriptors is lower */
    CALL1(SYS_CLOSE, fd);
    return high;
}

int64_t os_file_create(File *file, Text directory, Text name) {
    int64_t result = join(file->path, sizeof file->path, directory, name);
    if (result < 0) return result;
    int64_t fd = open_high(file->path, O_RDWR | O_CREAT | O_EXCL);
    if (fd < 0) return fd;
    file->fd = (int)fd;
    return identify(file->fd, &file->device, &file->inode);
}

/* A descriptor that is this file right now, or an error. */
static int64_t usable(File *file) {
    uint64_t device, inode;
    if (identify(file->fd, &device, &inode) == 0 && device == file->device && inode == file->inode) return file->fd;
    int64_t fd = open_high(file->path, O_RDWR);
    if (fd < 0) return fd;
    int64_t result = identify((int)fd, &device, &inode);
    if (result == 0 && (device != file->device || inode != file->inode)) result = -EBADF;
    if (result < 0) {
        CALL1(SYS_CLOSE, fd);
        return result;
    }
    return file->fd = (int)fd;
}

int64_t os_file_write_at(File *file, const void *data, size_t size, uint64_t offset) {
    int64_t fd = usable(file);
    if (fd < 0) return fd;
    for (size_t done = 0; done < size;) {
        int64_t n = CALL4(SYS_PWRITE64, fd, (const char *)data + done, size - done, offset + done);
        if (n == -EINTR) continue;
        if (n <= 0) return n < 0 ? n : -ENOSPC;
        done += (size_t)n;
    }
    return 0;
}

int64_t os_file_read_at(File *file, void *out, size_t size, uint64_t offset) {
    int64_t fd = usable(file);
    if (fd < 0) return fd;
    int64_t n = CALL4(SYS_PREAD64, fd, out, size, offset);
    return n == (int64_t)size ? 0 : n < 0 ? n : -EIO;
}

int64_t os_file_truncate(File *file, uint64_t size) {
    int64_t fd = usable(file);
    return fd < 0 ? fd : CALL2(SYS_FTRUNCATE, fd, size);
}

int64_t os_file_allocate(File *file, uint64_t offset, uint64_t size) {
    int64_t fd = usable(file);
    if (fd < 0) return fd;
    int64_t result;
    do result = CALL4(SYS_FALLOCATE, fd, 0, offset, size);
    while (result == -EINTR);
    if (result != -EOPNOTSUPP) return result;
    /* A file system without it: extend, never shorten; the zeros that are written before use take the blocks. */
    return os_file_write_at(file, "", 1, offset + size - 1);
}

void os_file_release(File *file, uint64_t offset, uint64_t size) {
    int64_t fd = usable(file);
    if (fd >= 0) CALL4(SYS_FALLOCATE, fd, FALLOC_KEEP_SIZE_PUNCH_HOLE, offset, size);
}

int64_t os_file_map(File *file, uint64_t offset, size_t size, char **at) {
    int64_t fd = usable(file);
    if (fd < 0) return fd;
    int64_t mapped = CALL6(SYS_MMAP, 0, size, PROT_READ_WRITE, MAP_SHARED, fd, offset);
    if (mapped < 0 && mapped > -4096) return mapped;
    CALL3(SYS_MADVISE, mapped, size, MADV_DONTFORK);
    *at = (char *)(uintptr_t)mapped;
    return 0;
}

void os_file_close(File *file) {
    uint64_t device, inode;
    if (identify(file->fd, &device, &inode) == 0 && device == file->device && inode == file->inode)
        CALL1(SYS_CLOSE, file->fd);
    file->fd = -1;
}
