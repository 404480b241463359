/* An agent for the controller's tests: it records nothing, but leaves the files
 * that an agent leaves. Like the real one it needs no Python.h: the few
 * structures below are those of CPython with the GIL.
 *
 * In the directory of the trace, these files change what it does:
 *   settings with slot_size 4096    start returns a reason
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct { intptr_t refcnt; void *type; } object;
typedef struct { const char *name; void *(*function)(void *, void *); int flags; const char *doc; } method;
typedef struct { int slot; void *value; } slot;
typedef struct {
    object head; void *init; intptr_t index; void *copy;
    const char *name, *doc; intptr_t size; method *methods; slot *slots; void *rest[3];
} module_def;

extern void *PyModuleDef_Init(module_def *) __attribute__((weak));
extern void *Py_InitModule4_64(const char *, method *, const char *, void *, int) __attribute__((weak)); /* Python 2 */
extern int PyArg_ParseTuple(void *, const char *, ...);
extern void *Py_BuildValue(const char *, ...);

static void put32(unsigned char *p, uint32_t v) { memcpy(p, &v, 4); }
static void put64(unsigned char *p, uint64_t v) { memcpy(p, &v, 8); }

static int save(const char *dir, const char *name, const void *content, size_t size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, content, size) != (ssize_t)size)
        return -1;
    return close(fd);
}

/* Two slots of 64 KB in use and one in reserve, each of a thread of its own; the first
 * is full, with three events and a mark, the second holds one event so far. */
static int record(const char *trace)
{
    static unsigned char control[24576], raw[3 * 65536], names[16];
    char dir[4096];
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    uint64_t now = (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
    snprintf(dir, sizeof dir, "%s/proc-%d-0", trace, (int)getpid());
    if (mkdir(dir, 0700) < 0)
        return -1;
    put64(control, 0x314c525443435254);
    put32(control + 8, 3);
    put32(control + 12, 1);
    put32(control + 16, (uint32_t)getpid());
    put32(control + 24, 65536);
    put32(control + 28, 3);
    put64(control + 32, now);
    put64(control + 40, now);
    put64(control + 80, 2);
    put32(control + 92, 2);
    put64(control + 104, 7);
    put64(control + 128, 2 * 65536);
    put64(control + 136, 16 * 65536);
    put64(control + 144, 1);
    for (int i = 0; i < 2; i++) {
        unsigned char *slot = raw + i * 65536;
        put32(slot, 0x544f4c53);
        put32(slot + 4, 64);
        put32(slot + 8, (uint32_t)i + 1);
        put64(slot + 16, now);
        put64(slot + 24, now);
        put64(slot + 32, now);
        put32(slot + 48, (uint32_t)getpid() + (uint32_t)i);
    }
    put32(raw + 52, 64 + 4 * 8);
    put32(control + 248, 1); /* slot 0 is in the list full */
    put64(raw + 64, 0x08);
    put64(raw + 72, 0x0f);
    put64(raw + 80, 0x08);
    put64(raw + 88, 0x08);
    put64(raw + 65536 + 64, 0x08);
    put64(names, 0x31454d414e435254);
    put32(names + 8, 3);
    return save(dir, "raw", raw, sizeof raw) || save(dir, "names", names, sizeof names) ||
           save(dir, "control", control, sizeof control);
}

static int refuses(const char *trace)
{
    char path[4096];
    unsigned char head[32];
    snprintf(path, sizeof path, "%s/settings", trace);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, head, sizeof head) != sizeof head)
        return 1;
    close(fd);
    return head[16] == 0 && head[17] == 0x10 && head[18] == 0;
}

static void *start(void *self, void *args)
{
    const char *trace, *stdlib, *loader, *agent, *parent;
    (void)self;
    if (!PyArg_ParseTuple(args, PyModuleDef_Init ? "yyyyy" : "sssss", &trace, &stdlib, &loader, &agent, &parent))
        return NULL;
    if (refuses(trace))
        return Py_BuildValue("s", "the settings say so");
    if (record(trace) != 0)
        return Py_BuildValue("s", strerror(errno));
    return Py_BuildValue("");
}

static void *watch(void *self, void *gc)
{
    (void)self;
    (void)gc;
    return Py_BuildValue("");
}

static method methods[] = {{"start", start, 1, NULL}, {"watch", watch, 8, NULL}, {NULL, NULL, 0, NULL}};
static slot slots[] = {{0, NULL}};
static module_def def = {{1, NULL}, NULL, 0, NULL, "tracer_agent", NULL, 0, methods, slots, {NULL}};

void *PyInit_tracer_agent(void) { return PyModuleDef_Init(&def); }
void inittracer_agent(void) { Py_InitModule4_64("tracer_agent", methods, NULL, NULL, 1013); }
