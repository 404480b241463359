#include "hook/inherited.h"

#include "hook/environment.h"
#include "os/os.h"

/* The arrays of one exchange. The memory is kept until the next but one: a reader may still be in it. */
typedef struct {
    char **array; /* what environ is during the exchange */
    size_t room;
    Variables variables;
} Exchange;

static char ***environ_at;
static ForkLock lock; /* parallel threads may come at once */
static uint32_t users;
static bool exchanged;
static Exchange now, retired;
static char **before;     /* environ before */
static char *path_before; /* its PYTHONPATH, or NULL */

void inherited_start(void) { environ_at = os_symbol("environ"); }

static void put_environ(char **array) { __atomic_store_n(environ_at, array, __ATOMIC_RELEASE); }

static void release(Exchange *e) {
    if (e->array) os_memory_free(e->array, e->room);
    variables_free(&e->variables);
    *e = (Exchange){0};
}

/* What is found in environ: the number of entries, PYTHONPATH's place, and whether a tracer is in it already. */
typedef struct {
    size_t count, path_at;
    bool has_path, has_tracer;
} Found;

static Found look(char *const *list) {
    Found found = {0};
    for (; list && list[found.count]; found.count++) {
        Text entry = text_of(list[found.count]);
        if (entry_names(entry, variable_trace)) found.has_tracer = true;
        if (found.has_path || !entry_names(entry, variable_path)) continue;
        found.has_path = true;
        found.path_at = found.count;
    }
    return found;
}

static bool make(const Found *found, Exchange *out) {
    path_before = found->has_path ? before[found->path_at] : NULL;
    Text path = {NULL, 0};
    if (path_before) path = text_of(path_before + variable_path.size + 1);
    *out = (Exchange){.room = (found->count + VARIABLES + 1) * sizeof(char *)};
    if (!variables_make(&out->variables, found->has_path, path)) return false;
    out->array = os_memory(out->room); /* zeroed: the end is there */
    if (!out->array) return false;
    size_t count = found->count;
    if (count) memcpy(out->array, before, count * sizeof(char *));
    for (uint32_t i = 0; i < out->variables.count; i++)
        out->array[i == 0 && found->has_path ? found->path_at : count++] = (char *)out->variables.entry[i].at;
    return true;
}

static void begin(void) {
    before = *environ_at;
    Found found = look(before);
    if (found.has_tracer) return;
    Exchange made;
    if (!make(&found, &made)) {
        release(&made);
        return;
    }
    now = made;
    exchanged = true;
    put_environ(now.array);
}

static bool is_ours(const char *entry) {
    return entry >= now.variables.block && entry < now.variables.block + now.variables.room;
}

/* Whether the array is as it was made: then what was before is as it was, too. */
static bool untouched(void) {
    size_t at = 0;
    char *const *old = before;
    for (; old && *old; old++, at++)
        if (now.array[at] != *old && (*old != path_before || !is_ours(now.array[at]))) return false;
    uint32_t added = now.variables.count - (path_before != NULL);
    for (uint32_t i = 0; i < added; i++)
        if (!now.array[at + i] || !is_ours(now.array[at + i])) return false;
    return !now.array[at + added];
}

/* Takes our entries out of an array that the program has changed since, and puts back what they stood for. */
static void remove_ours(char **list) {
    char **to = list;
    for (char **from = list; *from; from++) {
        if (!is_ours(*from))
            *to++ = *from;
        else if (path_before && *from == now.variables.entry[0].at)
            *to++ = path_before;
    }
    *to = NULL;
}

static void end(void) {
    char **current = *environ_at;
    exchanged = false;
    if (current == now.array && untouched()) {
        put_environ(before);
    } else if (current) {
        remove_ours(current);
        if (current == now.array) now.array = NULL; /* it is the program's from now on */
    }
    release(&retired);
    retired = now;
    now = (Exchange){0};
}

bool inherited_enter(void) {
    if (!environ_at) return false;
    fork_lock_take(&lock);
    if (users++ == 0) begin();
    fork_lock_give(&lock);
    return true;
}

void inherited_leave(void) {
    fork_lock_take(&lock);
    if (--users == 0 && exchanged) end();
    fork_lock_give(&lock);
}
