#include "record/file.h"
#include "gen/wire.h"
#include "record/arena.h"
#include "store/names.h"
#include "store/process.h"

enum { BUCKETS = 1 << 10 };

static SourceFile *buckets[BUCKETS];

/* The absolute path of a name; what a program loads by a relative name is relative to its current directory then. */
static Text absolute(Text name) {
    char path[8192];
    if (name.size && name.at[0] == '/') return arena_keep(name);
    int64_t size = os_current_directory(path, 4096);
    if (size <= 0 || name.size > 4000) return arena_keep(name);
    path[size++] = '/';
    memcpy(path + size, name.at, name.size);
    return arena_keep((Text){path, (size_t)size + name.size});
}

static SourceFile *add(Text name, uint64_t hash) {
    SourceFile *file = arena_take(sizeof *file);
    if (!file) return NULL;
    file->hash = hash;
    file->pseudo = name.size == 0 || (name.at[0] == '<' && name.at[name.size - 1] == '>');
    file->name = arena_keep(name);
    file->path = file->pseudo ? file->name : absolute(name);
    if (!file->name.at || !file->path.at) return NULL;
    file->id = process.next_file++;
    file->next = buckets[hash % BUCKETS];
    buckets[hash % BUCKETS] = file;
    return file;
}

SourceFile *source_file(Text name) {
    uint64_t hash = hash64(0, name.at, name.size);
    SourceFile *file = buckets[hash % BUCKETS];
    while (file && (file->hash != hash || !text_equal(file->name, name))) file = file->next;
    return file ? file : add(name, hash);
}

bool source_file_name(SourceFile *file) {
    if (file->named) return true;
    PathFacts facts = {0};
    uint32_t kind = WIRE_FILEKIND_PSEUDO;
    if (!file->pseudo)
        kind = os_look_at(file->path.at, &facts) == 0 && facts.regular ? WIRE_FILEKIND_REGULAR : WIRE_FILEKIND_MISSING;
    Record record;
    record_begin(&record, WIRE_TYPE_FILE);
    record_u32(&record, file->id);
    record_u32(&record, kind);
    record_u64(&record, facts.size);
    record_u64(&record, facts.mtime_ns);
    record_bytes(&record, file->name);
    record_bytes(&record, file->path);
    return file->named = names_append(&record);
}
