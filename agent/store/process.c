/*
** Creating a process's part of the trace.
*/
#include "store/process.h"

Process process;

/* proc-<pid>-<n> with the first free n: an earlier process of this run may have had the same pid. */
static int64_t make_directory(void) {
    Text trace = process.trace;
    if (trace.size + 40 > sizeof process.directory) return -36;
    for (uint32_t n = 0;; n++) {
        char *at = process.directory;
        memcpy(at, trace.at, trace.size);
        at += trace.size;
        memcpy(at, "/proc-", 6);
        at = text_decimal(at + 6, process.pid);
        *at++ = '-';
        at = text_decimal(at, n);
        *at = 0;
        process.path = (Text){process.directory, (size_t)(at - process.directory)};
        int64_t result = os_make_directory(process.directory);
        if (result != -17) return result; /* EEXIST */
    }
}

Text process_name(void) {
    size_t skip = process.trace.size + 1;
    return (Text){process.path.at + skip, process.path.size - skip};
}

static const char *create_control(void) {
    if (os_file_create(&process.control_file, process.path, TEXT("control")) < 0)
        return "the file control cannot be created in the trace directory";
    if (os_file_allocate(&process.control_file, 0, WIRE_CONTROL_FILE) < 0)
        return "there is no space for the file control in the trace directory";
    process.plain_control = os_file_map(&process.control_file, 0, WIRE_CONTROL_FILE, &process.control) < 0;
    if (process.plain_control) process.control = os_memory(WIRE_CONTROL_FILE);
    return process.control ? NULL : "there is no memory";
}

static const char *create_names(void) {
    char head[WIRE_NAMES_HEAD_BYTES] = {0};
    put64(head + WIRE_NAMES_HEAD_MAGIC, WIRE_MAGIC_NAMES);
    put32(head + WIRE_NAMES_HEAD_VERSION, WIRE_VERSION);
    if (os_file_create(&process.names, process.path, TEXT("names")) < 0)
        return "the file names cannot be created in the trace directory";
    if (os_file_write_at(&process.names, head, sizeof head, 0) < 0)
        return "there is no space for the file names in the trace directory";
    process.names_size = sizeof head;
    return NULL;
}

static const char *create_files(void) {
    const char *why = create_control();
    if (!why) why = create_names();
    if (!why && os_file_create(&process.raw, process.path, TEXT("raw")) < 0)
        why = "the file raw cannot be created in the trace directory";
    return why;
}

/* Where there is no space for the reason either, the empty file will do. */
void process_refuse(const char *why) {
    File file;
    Text reason = text_of(why);
    if (os_file_create(&file, process.path, TEXT("refused")) < 0) return;
    os_file_write_at(&file, reason.at, reason.size, 0);
    os_file_close(&file);
}

const char *process_create(void) {
    File *files[] = {&process.control_file, &process.names, &process.raw};
    for (size_t i = 0; i < COUNT(files); i++) files[i]->fd = -1;
    process.pid = os_pid();
    process.counter = cpu_invariant();
    process.plain = false;
    process.control = NULL;
    if (make_directory() < 0) return "the trace directory cannot be written to";
    const char *why = create_files();
    if (why) process_refuse(why);
    for (size_t i = 0; why && i < COUNT(files); i++) os_file_close(files[i]);
    if (!process.forked) process.owner = process.pid; /* else when it is published: other threads may be waiting */
    return why;
}

bool process_is_ours(void) { return __atomic_load_n(&process.owner, __ATOMIC_ACQUIRE) == os_pid(); }
