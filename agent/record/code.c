/*
** Deciding and naming: the slow way of an event, taken once per code object. The interpreter's lock is held throughout, so
** that the table has one user at a time.
*/
#include "record/code.h"
#include "gen/wire.h"
#include "record/arena.h"
#include "record/file.h"
#include "record/lines.h"
#include "store/names.h"
#include "store/process.h"

Code code_left_out;

/* Lines further apart than this are listed, not counted: code made by templates may jump by millions. */
enum { DENSE_LINES = 1 << 16 };
enum { SUSPENDABLE = 0x20 | 0x80 | 0x200 }; /* CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR */
enum { BUCKETS = 1 << 14 };

enum { FIRST_ENTRIES = 1 << 12 };

static Code **buckets;
static CodeEntry no_entry;
CodeTable code_table = {&no_entry, 0, 0};

static CodeEntry *entry_of(const CodeTable *table, const Object *object) {
    size_t at = code_place(object);
    while (table->entries[at & table->mask].object && table->entries[at & table->mask].object != object) at++;
    return &table->entries[at & table->mask];
}

bool code_start(void) {
    CodeEntry *entries = os_memory(FIRST_ENTRIES * sizeof(CodeEntry));
    if (entries) code_table = (CodeTable){entries, FIRST_ENTRIES - 1, 0};
    return entries != NULL;
}

static bool grow(void) {
    size_t old = code_table.mask + 1;
    CodeTable larger = {os_memory(2 * old * sizeof(CodeEntry)), 2 * old - 1, code_table.used};
    if (!larger.entries) return false;
    for (size_t i = 0; i < old; i++)
        if (code_table.entries[i].object) *entry_of(&larger, code_table.entries[i].object) = code_table.entries[i];
    CodeEntry *before = code_table.entries;
    code_table = larger;
    os_memory_free(before, old * sizeof(CodeEntry));
    return true;
}

/* An entry whose code object is gone is taken over by the next one at its address. */
static bool remember(const Object *object, Code *code) {
    if (2 * code_table.used > code_table.mask && !grow()) return false;
    CodeEntry *entry = entry_of(&code_table, object);
    code_table.used += !entry->object;
    *entry = (CodeEntry){object, code_version(object), code};
    return true;
}

/* What is read of a code object, before it has a Code. */
typedef struct {
    Text module, origin, name, table; /* origin is __file__ of the globals */
    uint32_t first, flags;
    SourceFile *file;
    LineFacts facts;
} Facts;

static void fingerprint(const Facts *facts, uint64_t hash[2]) {
    for (int i = 0; i < 2; i++) {
        uint64_t h = hash64((uint64_t)i, facts->module.at, facts->module.size);
        h = hash64(h, facts->name.at, facts->name.size);
        h = hash64(h, facts->table.at, facts->table.size);
        uint32_t rest[3] = {facts->first, facts->flags, facts->file->id};
        hash[i] = hash64(h, rest, sizeof rest);
    }
}

static bool take_lines(Code *code, const Facts *facts) {
    code->min = facts->facts.min;
    code->count = facts->facts.runs ? facts->facts.max - facts->facts.min + 1 : 0;
    if (code->count <= DENSE_LINES) return true;
    code->lines = arena_take(facts->facts.runs * sizeof(uint32_t));
    if (!code->lines) return false;
    code->count = lines_distinct(facts->table, facts->first, code->lines);
    return true;
}

static bool take_units(Code *code, const Facts *facts) {
    if (!(facts->flags & SUSPENDABLE)) return true;
    code->units = arena_take(facts->facts.units * sizeof(uint32_t));
    if (!code->units) return false;
    LineReader reader = lines_open(facts->table, facts->first);
    for (LineRun run; lines_next(&reader, &run);)
        while (run.units--) code->units[code->unit_count++] = run.line == NO_LINE ? code->base : code_line(code, run.line);
    return true;
}

static bool name_code(const Code *code, const Facts *facts) {
    Record record;
    record_begin(&record, WIRE_TYPE_CODE);
    record_u32(&record, code->base);
    record_u32(&record, code->count);
    record_u32(&record, facts->file->id);
    record_u32(&record, facts->first);
    record_u32(&record, code->min);
    record_u32(&record, facts->flags);
    record_u32(&record, 0);
    record_bytes(&record, facts->module);
    record_bytes(&record, facts->name);
    Text lines = {(const char *)code->lines, code->lines ? code->count * sizeof(uint32_t) : 0};
    record_bytes(&record, lines);
    return names_append(&record);
}

static Code *make(const Facts *facts, const uint64_t hash[2]) {
    if (!source_file_name(facts->file)) return NULL;
    Code *code = arena_take(sizeof *code);
    if (!code) {
        process_fail(WIRE_FAULT_MEMORY, 0);
        return NULL;
    }
    code->base = process.next_location;
    code->start = UINT32_MAX;
    code->hash[0] = hash[0];
    code->hash[1] = hash[1];
    if (!take_lines(code, facts) || !take_units(code, facts)) {
        process_fail(WIRE_FAULT_MEMORY, 0);
        return NULL;
    }
    if (code->count >= WIRE_MAX_LOCATION - code->base) {
        process_fail(WIRE_FAULT_LOCATIONS, 0);
        return NULL;
    }
    if (!name_code(code, facts)) return NULL;
    code->bias = code->base + 1 - code->min;
    code->dense = code->lines ? 0 : code->count;
    process.next_location += 1 + code->count;
    __atomic_store_n((uint32_t *)(process.control + WIRE_CONTROL_LOCATIONS), process.next_location, __ATOMIC_RELAXED);
    return code;
}

static Code *find_or_make(const Facts *facts) {
    uint64_t hash[2];
    fingerprint(facts, hash);
    if (!buckets && !(buckets = arena_take(BUCKETS * sizeof *buckets))) {
        process_fail(WIRE_FAULT_MEMORY, 0);
        return NULL;
    }
    Code **bucket = &buckets[hash[0] % BUCKETS];
    for (Code *code = *bucket; code; code = code->next)
        if (code->hash[0] == hash[0] && code->hash[1] == hash[1]) return code;
    if (process_stopped()) return NULL; /* nothing is named any more */
    Code *code = make(facts, hash);
    if (code) {
        code->next = *bucket;
        *bucket = code;
    }
    return code;
}

static bool wanted(const Facts *facts) {
    Candidate candidate = {facts->module, facts->origin, facts->file->path, facts->file->pseudo};
    return settings_want(&process.settings, &candidate);
}

static Code *decide(Object *object, Facts *facts) {
    const Version *v = py.version;
    Object *keep_name;
    Code *code = &code_left_out;
    facts->name = object_text(code_field(object, v->code_qualname), &keep_name);
    lock_take(&process.lock);
    facts->file = source_file(object);
    if (!facts->file) {
        process_fail(WIRE_FAULT_MEMORY, 0);
        code = NULL;
    } else if (wanted(facts)) {
        facts->table = object_bytes(code_field(object, v->code_lines));
        facts->first = code_int(object, v->code_first);
        facts->flags = code_int(object, v->code_flags);
        facts->facts = lines_look(facts->table, facts->first);
        code = find_or_make(facts);
    }
    lock_give(&process.lock);
    object_release(keep_name);
    return code;
}

/* A str among the globals, by its name; "" if there is none. */
static Text global_text(Object *globals, const char *name, Object **keep) {
    Object *key = globals ? py.Unicode_InternFromString(name) : NULL;
    Object *value = key ? py.Dict_GetItemWithError(globals, key) : NULL;
    object_release(key);
    py.Err_Clear();
    return object_text(value, keep);
}

Code *code_decide(Object *object, Object *globals) {
    Pending pending = pending_take();
    Object *keep[2];
    Facts facts = {0};
    facts.module = global_text(globals, "__name__", &keep[0]);
    facts.origin = global_text(globals, "__file__", &keep[1]);
    Code *code = decide(object, &facts);
    object_release(keep[0]);
    object_release(keep[1]);
    if (code && !remember(object, code)) {
        process_fail(WIRE_FAULT_MEMORY, 0);
        code = NULL;
    }
    py.Err_Clear();
    pending_give(pending);
    return code;
}

uint32_t code_line(const Code *code, uint32_t line) {
    if (!code->lines) return line - code->min < code->count ? code->base + 1 + (line - code->min) : code->base;
    uint32_t low = 0, high = code->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (code->lines[middle] < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low < code->count && code->lines[low] == line ? code->base + 1 + low : code->base;
}
