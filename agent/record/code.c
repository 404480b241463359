/*
** Deciding and naming: the slow way of an event, taken once per code object. First all that is needed is asked of the
** interpreter, then process.lock is taken: see there.
*/
#include "record/code.h"
#include "abi/parallel.h"
#include "gen/wire.h"
#include "record/arena.h"
#include "record/file.h"
#include "record/lines.h"
#include "record/qualname.h"
#include "store/names.h"
#include "store/process.h"

Code code_left_out;

/* Lines further apart than this are listed, not counted: code made by templates may jump by millions. */
enum { DENSE_LINES = 1 << 16 };
enum {
    SUSPENDABLE = 0x20 | 0x80 | 0x200, /* CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR */
    COROUTINE = 0x80 | 0x100 | 0x200,  /* the last two, and CO_ITERABLE_COROUTINE */
};
enum { BUCKETS = 1 << 14 };

enum { FIRST_ENTRIES = 1 << 12 };

static Code **buckets;
CodeTable *code_table;
static size_t used; /* entries of it */

static CodeEntry *entry_of(CodeTable *table, const Object *object) {
    size_t at = code_place(object);
    while (table->entries[at & table->mask].object && table->entries[at & table->mask].object != object) at++;
    return &table->entries[at & table->mask];
}

static CodeTable *make_table(size_t entries) {
    CodeTable *table = os_memory(sizeof *table + entries * sizeof(CodeEntry));
    if (table) table->mask = entries - 1;
    return table;
}

bool code_start(void) {
    code_table = make_table(FIRST_ENTRIES);
    return code_table != NULL;
}

static bool grow(void) {
    size_t old = code_table->mask + 1;
    CodeTable *larger = make_table(2 * old);
    if (!larger) return false;
    for (size_t i = 0; i < old; i++)
        if (code_table->entries[i].object) *entry_of(larger, code_table->entries[i].object) = code_table->entries[i];
    __atomic_store_n(&code_table, larger, __ATOMIC_RELEASE);
    return true;
}

/* An entry whose code object is gone is taken over by the next one at its address. */
static bool enter(const Object *object, uint64_t tag, Code *code) {
    if (2 * used > code_table->mask && !grow()) return false;
    CodeEntry *entry = entry_of(code_table, object);
    if (entry->tag == tag && entry->code == code) return true;
    __atomic_store_n(&entry->tag, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&entry->code, code, __ATOMIC_RELEASE);
    __atomic_store_n(&entry->tag, tag, __ATOMIC_RELEASE);
    used += !entry->object;
    __atomic_store_n(&entry->object, object, __ATOMIC_RELEASE);
    return true;
}

bool code_enter(const Object *object, uint32_t interpreter, Code *code) {
    lock_take(&process.lock);
    bool fine = enter(object, code_tag(object, interpreter), code);
    lock_give(&process.lock);
    if (!fine) process_fail(WIRE_FAULT_MEMORY, 0);
    return fine;
}

void code_forget(const Object *object) {
    lock_take(&process.lock);
    __atomic_store_n(&entry_of(code_table, object)->tag, 0, __ATOMIC_RELAXED);
    lock_give(&process.lock);
}

/* What is read of a code object, before it has a Code. */
typedef struct {
    Text module, origin, name; /* origin is __file__ of the globals */
    uint32_t flags, interpreter;
    LineTable table;
    SourceFile *file;
    LineFacts facts;
} Facts;

static void fingerprint(const Facts *facts, uint64_t hash[2]) {
    for (int i = 0; i < 2; i++) {
        uint64_t h = hash64((uint64_t)i, facts->module.at, facts->module.size);
        h = hash64(h, facts->name.at, facts->name.size);
        h = hash64(h, facts->table.bytes.at, facts->table.bytes.size);
        uint32_t rest[] = {facts->table.first, facts->table.size, facts->flags, facts->file->id, facts->interpreter};
        hash[i] = hash64(h, rest, sizeof rest);
    }
}

static bool take_lines(Code *code, const Facts *facts) {
    code->min = facts->facts.min;
    code->count = facts->facts.runs ? facts->facts.max - facts->facts.min + 1 : 0;
    if (code->count <= DENSE_LINES) return true;
    code->lines = arena_take(facts->facts.runs * sizeof(uint32_t));
    if (!code->lines) return false;
    code->count = lines_distinct(&facts->table, code->lines);
    return true;
}

static bool take_units(Code *code, const Facts *facts) {
    if (!(facts->flags & SUSPENDABLE)) return true;
    code->coroutine = facts->flags & COROUTINE;
    code->units = arena_take(facts->facts.units * sizeof(uint32_t));
    if (!code->units) return false;
    LineReader reader = lines_open(&facts->table);
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
    record_u32(&record, facts->table.first);
    record_u32(&record, code->min);
    record_u32(&record, facts->flags);
    record_u32(&record, facts->interpreter);
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
    process.next_location += 1 + code->count; /* first: a fork at this moment must not give them away again */
    if (!name_code(code, facts)) {
        process.next_location = code->base;
        return NULL;
    }
    code->bias = code->base + 1 - code->min;
    code->dense = code->lines ? 0 : code->count;
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

/* With process.lock; asks nothing of the interpreter. */
static Code *decide(Facts *facts, Text file) {
    facts->file = source_file(file);
    if (!facts->file) {
        process_fail(WIRE_FAULT_MEMORY, 0);
        return NULL;
    }
    if (!wanted(facts)) return &code_left_out;
    facts->facts = lines_look(&facts->table);
    return find_or_make(facts);
}

/* A str among the globals, by its name; "" if there is none. */
static Text global_text(Object *globals, const char *name, Object *keep[2]) {
    keep[0] = globals ? dict_find(globals, name) : NULL;
    return object_text(keep[0], &keep[1]);
}

static LineTable line_table(const Object *object) {
    const Version *v = py.version;
    LineTable table = {.bytes = object_bytes(code_field(object, v->code_lines)), .format = v->lines, .unit = v->unit};
    table.first = code_int(object, v->code_first);
    if (v->lines == LINES_UNSIGNED || v->lines == LINES_SIGNED) table.size = (uint32_t)code_instructions(object).size;
    return table;
}

Code *code_decide(Object *object, Object *globals) {
    const Version *v = py.version;
    Pending pending = pending_take();
    Object *keep[6];
    Facts facts = {.interpreter = interpreter_number()};
    facts.module = global_text(globals, "__name__", &keep[0]);
    facts.origin = global_text(globals, "__file__", &keep[2]);
    facts.name = qualname_of(object, &keep[4]);
    Text file = object_text(code_field(object, v->code_filename), &keep[5]);
    facts.table = line_table(object);
    facts.flags = code_int(object, v->code_flags);
    lock_take(&process.lock);
    Code *code = decide(&facts, file);
    lock_give(&process.lock);
    if (code && code != &code_left_out) qualname_note_inner(object, facts.name);
    for (size_t i = 0; i < COUNT(keep); i++) object_release(keep[i]);
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
