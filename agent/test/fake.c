#include "test/fake.h"

#include "test/test.h"

typedef struct {
    long references;
    void *type;
    size_t size;
    char at[];
} FakeText;

static void fetch(Object **type, Object **value, Object **traceback) { *type = *value = *traceback = NULL; }
static void restore(Object *type, Object *value, Object *traceback) { (void)type, (void)value, (void)traceback; }
static void nothing(void) {}
static void count_reference(Object *o) { (void)o; }
static Object *no_object(const char *name) { return (void)name, NULL; }
static Object *intern(const char *text) { return fake_text(text, strlen(text)); }
static Object *name_of(Object *dict, Object *key) { return (void)key, dict; }
static unsigned long ident(void) { return 7; }

typedef struct FakeFrame {
    struct FakeFrame *back;
    Object *code;
    int line;
} FakeFrame;

static __thread FakeFrame *innermost;

static Object *frame_now(void) { return (Object *)innermost; }
static Object *frame_code(Object *o) { return ((FakeFrame *)o)->code; }
static Object *frame_back(Object *o) { return (Object *)((FakeFrame *)o)->back; }
static int frame_line(Object *o) { return ((FakeFrame *)o)->line; }

void fake_enter(Object *code, int line) {
    FakeFrame *frame = calloc(1, sizeof *frame);
    *frame = (FakeFrame){innermost, code, line};
    innermost = frame;
}

void fake_leave(void) {
    FakeFrame *left = innermost;
    innermost = left->back;
    free(left);
}

void fake_line(int line) { innermost->line = line; }

static const char *text_at(Object *o, Ssize *size) {
    *size = (Ssize)((FakeText *)o)->size;
    return ((FakeText *)o)->at;
}

static int bytes_at(Object *o, char **at, Ssize *size) {
    *at = ((FakeText *)o)->at;
    *size = (Ssize)((FakeText *)o)->size;
    return 0;
}

void fake_start(void) {
    py.hex = 0x030e0000;
    py.version = version_find(py.hex, false);
    py.Err_Fetch = fetch;
    py.Err_Restore = restore;
    py.Err_Clear = nothing;
    py._IncRef = py._DecRef = count_reference;
    py.Sys_GetObject = no_object;
    py.Unicode_InternFromString = intern;
    py.Unicode_AsUTF8AndSize = text_at;
    py.Bytes_AsStringAndSize = bytes_at;
    py.Dict_GetItemWithError = name_of;
    py.Thread_get_thread_ident = ident;
    py.Eval_GetFrame = frame_now;
    py.Frame_GetCode = frame_code;
    py.Frame_GetBack = frame_back;
    py.Frame_GetLineNumber = frame_line;
}

Object *fake_text(const char *text, size_t size) {
    FakeText *made = calloc(1, sizeof *made + size + 1);
    made->size = size;
    memcpy(made->at, text, size);
    return (Object *)made;
}

Object *fake_globals(const char *module) { return fake_text(module, strlen(module)); }

Object *fake_code(const char *file, const char *name, uint32_t first, uint32_t lines, uint32_t flags) {
    const Version *v = py.version;
    char *code = calloc(1, 256), *table = calloc(1, 2 * lines);
    for (uint32_t i = 0; i < lines; i++) { /* kind 11: one line further; kind 10: the same line; no columns matter */
        table[2 * i] = (char)(0x80 | (i ? 11 : 10) << 3);
        table[2 * i + 1] = 1;
    }
    *(Object **)(code + v->code_filename) = fake_text(file, strlen(file));
    *(Object **)(code + v->code_qualname) = fake_text(name, strlen(name));
    *(Object **)(code + v->code_lines) = fake_text(table, 2 * lines);
    static uint32_t version;
    put32(code + v->code_version, ++version);
    put32(code + v->code_first, first);
    put32(code + v->code_flags, flags);
    free(table);
    return (Object *)code;
}
