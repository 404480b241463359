#include "record/qualname.h"
#include "os/os.h"
#include "record/arena.h"
#include "store/process.h"

enum { BUCKETS = 1 << 13, LONGEST = 4096 };

/* A text that is kept: code that is made again and again has the same names each time. */
typedef struct Name {
    struct Name *next;
    uint64_t hash;
    Text text;
} Name;

typedef struct Noted {
    struct Noted *next;
    const Object *code;
    const Name *name;
} Noted;

static Name **names;
static Noted **noted, *unused;

static Noted **place_of(const Object *code) {
    Noted **link = &noted[((uintptr_t)code >> 4) * 0x9e3779b97f4a7c15ULL >> 51];
    while (*link && (*link)->code != code) link = &(*link)->next;
    return link;
}

Text qualname_of(const Object *code, Object **keep) {
    const Version *v = py.version;
    *keep = NULL;
    if (v->code_qualname) return object_text(code_field(code, v->code_qualname), keep);
    const Noted *found = noted ? *place_of(code) : NULL;
    return found ? found->name->text : object_text(code_field(code, v->code_name), keep);
}

static const Name *kept(Text text) {
    uint64_t hash = hash64(0, text.at, text.size);
    Name **bucket = &names[hash % BUCKETS], *name = *bucket;
    while (name && (name->hash != hash || !text_equal(name->text, text))) name = name->next;
    if (name || !(name = arena_take(sizeof *name))) return name;
    *name = (Name){*bucket, hash, arena_keep(text)};
    if (!name->text.at) return NULL;
    return *bucket = name;
}

/* The text as it is kept; empty if there is no memory. */
static Text note(const Object *code, Text text) {
    lock_take(&process.lock);
    const Name *name = kept(text);
    Noted *made = name && unused ? unused : NULL;
    if (made)
        unused = made->next;
    else if (name)
        made = arena_take(sizeof *made);
    if (made) {
        *made = (Noted){NULL, code, name};
        *place_of(code) = made;
    }
    lock_give(&process.lock);
    return made ? name->text : (Text){NULL, 0};
}

void qualname_forget(const Object *code) {
    Noted **link = noted ? place_of(code) : NULL, *gone = link ? *link : NULL;
    if (!gone) return;
    *link = gone->next;
    gone->next = unused;
    unused = gone;
}

/* A class body of Python 2 ends with LOAD_LOCALS and RETURN_VALUE; a function that uses exec has its flags. */
static bool ends_as_class(const Object *code) {
    if (py.version->hex != 0x0207) return true;
    Text text = code_instructions(code);
    return text.size >= 2 && text.at[text.size - 2] == 82 && text.at[text.size - 1] == 83;
}

/* What stands between the name of a code object and those within it. */
static Text joint(const Object *code, Text own) {
    static const Text comprehensions[] = {{"<listcomp>", 10}, {"<setcomp>", 9}, {"<dictcomp>", 10}, {"<genexpr>", 9}};
    enum { OPTIMIZED = 1 };
    for (size_t i = 0; i < COUNT(comprehensions); i++)
        if (text_equal(own, comprehensions[i])) return TEXT(".");
    bool function = code_int(code, py.version->code_flags) & OPTIMIZED || !ends_as_class(code);
    return function ? TEXT(".<locals>.") : TEXT(".");
}

static Text join(Text before, Text between, Text last) {
    static char out[LONGEST];
    if (before.size + between.size + last.size > LONGEST) return last;
    memcpy(out, before.at, before.size);
    memcpy(out + before.size, between.at, between.size);
    memcpy(out + before.size + between.size, last.at, last.size);
    return (Text){out, before.size + between.size + last.size};
}

static void walk(const Object *code, Text name) {
    const Version *v = py.version;
    Object *consts = code_field(code, v->code_consts), *keep;
    Text own = object_text(code_field(code, v->code_name), &keep);
    bool module = text_equal(own, TEXT("<module>"));
    Text between = module ? TEXT("") : joint(code, own);
    object_release(keep);
    for (Ssize i = 0, n = py.Tuple_Size(consts); i < n; i++) {
        const Object *inner = py.Tuple_GetItem(consts, i);
        if (!object_is_code(inner) || *place_of(inner)) continue;
        Text given = object_text(code_field(inner, v->code_name), &keep);
        Text whole = note(inner, module ? given : join(name, between, given));
        object_release(keep);
        if (whole.at) walk(inner, whole);
    }
}

void qualname_note_inner(const Object *code, Text name) {
    if (py.version->code_qualname) return;
    if (!noted) {
        names = os_memory(BUCKETS * sizeof *names);
        noted = names ? os_memory(BUCKETS * sizeof *noted) : NULL;
        if (!noted) return;
    }
    walk(code, name);
}
