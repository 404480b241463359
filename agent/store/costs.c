#include "store/costs.h"
#include "store/names.h"
#include "store/process.h"

/* The fields of the record in their order. */
static void visit(Costs *c, void (*field)(int32_t *at, void *data), void *data) {
    static const unsigned char kinds[] = {WIRE_CALL, WIRE_RETURN, WIRE_YIELD, WIRE_UNWIND, WIRE_RESUME, WIRE_THROW};
    field(&c->after[WIRE_LINE], data);
    field(&c->first, data);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        field(&c->before[kinds[i]], data);
        field(&c->after[kinds[i]], data);
    }
    field(&c->pace, data);
}

static void put_field(int32_t *at, void *record) { record_u32(record, (uint32_t)*at); }

static void get_field(int32_t *at, void *payload) {
    const char **from = payload;
    *at = (int32_t)get32(*from);
    *from += 4;
}

bool costs_append(const Costs *costs) {
    Costs copy = *costs;
    Record record;
    lock_take(&process.lock);
    record_begin(&record, WIRE_TYPE_COSTS);
    visit(&copy, put_field, &record);
    bool fine = names_append(&record);
    lock_give(&process.lock);
    return fine;
}

enum { ROOM = 64 << 10, TOO_BIG = -7, FIELDS = 15, FORKS = 16 };

/* The start of a process's names; its size. Records beyond are not looked for. */
static size_t read_names(Text name, char *out) {
    char path[4096];
    Text trace = process.trace;
    if (trace.size + name.size + 2 > sizeof path) return 0;
    memcpy(path, trace.at, trace.size);
    path[trace.size] = '/';
    memcpy(path + trace.size + 1, name.at, name.size);
    int64_t size = os_read_whole((Text){path, trace.size + 1 + name.size}, TEXT("names"), out, ROOM);
    return size == TOO_BIG ? ROOM : size > 0 ? (size_t)size : 0;
}

/* The bytes of a record process that tell the interpreter: its version and its path. */
static Text interpreter(const char *payload, uint32_t size) {
    uint32_t end = 0;
    for (int i = 0; i < 2; i++) {
        if (end + 4 > size || get32(payload + end) > size) return TEXT("");
        end += 4 + ((get32(payload + end) + 3) & ~3U);
    }
    return (Text){payload, end <= size ? end : 0};
}

/* What the names of one process say. */
typedef struct {
    Text interpreter, parent; /* parent: it is a fork of this one */
    const char *costs;
} Said;

static Said read_records(const char *at, size_t size) {
    Said said = {0};
    const char *end = at + size, *payload;
    uint32_t type, length;
    if (size < WIRE_NAMES_HEAD_BYTES || get64(at) != WIRE_MAGIC_NAMES || get32(at + WIRE_NAMES_HEAD_VERSION) != WIRE_VERSION)
        return said;
    at += WIRE_NAMES_HEAD_BYTES;
    while (!said.costs && record_next(&at, end, &type, &payload, &length)) {
        if (type == WIRE_TYPE_PROCESS) said.interpreter = interpreter(payload, length);
        if (type == WIRE_TYPE_COSTS && length == 4 * FIELDS) said.costs = payload;
        if (type == WIRE_TYPE_FORK && length >= 12 && get32(payload + 8) <= length - 12)
            said.parent = (Text){payload + 12, get32(payload + 8)};
    }
    return said;
}

bool costs_find(Text name, Costs *out) {
    char *buffer = os_memory(2 * ROOM);
    if (!buffer) return false;
    Said said = {.parent = name}, own = read_records(buffer + ROOM, read_names(process_name(), buffer + ROOM));
    for (int i = 0; i < FORKS && said.parent.size && !said.costs; i++) {
        said = read_records(buffer, read_names(said.parent, buffer));
        if (!own.interpreter.size || !text_equal(said.interpreter, own.interpreter)) said = (Said){0};
    }
    if (said.costs) visit(out, get_field, &said.costs);
    os_memory_free(buffer, 2 * ROOM);
    return said.costs != NULL;
}
