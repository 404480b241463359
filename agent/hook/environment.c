#include "hook/environment.h"
#include "os/os.h"
#include "store/process.h"

static Text loader, agent;

#define CONSTANT(literal) {(literal), sizeof(literal) - 1}
const Text variable_path = CONSTANT("PYTHONPATH"), variable_trace = CONSTANT("TRACER_DIR");

void environment_start(Text loader_directory, Text agent_path) {
    loader = loader_directory;
    agent = agent_path;
}

bool entry_names(Text entry, Text name) {
    return entry.size > name.size && entry.at[name.size] == '=' && text_begins(entry, name);
}

static char *put(char *at, Text text) { return (char *)memcpy(at, text.at, text.size) + text.size; }

/* Adds name=value, or name=value:more; returns the end. */
static char *assign(Variables *v, char *start, Text name, Text value, Text more) {
    char *at = put(put(put(start, name), TEXT("=")), value);
    if (more.size) at = put(put(at, TEXT(":")), more);
    v->entry[v->count++] = (Text){start, (size_t)(at - start)};
    *at = 0;
    return at + 1;
}

bool variables_make(Variables *out, bool set, Text path) {
    Text trace = process.trace, parent = process_name(), none = {NULL, 0};
    size_t fixed = VARIABLES * sizeof "TRACER_PYTHONPATH=:";
    size_t room = fixed + trace.size + loader.size + agent.size + parent.size + 2 * path.size;
    *out = (Variables){.block = os_memory(room), .room = room};
    if (!out->block) return false;
    /* An empty entry would be the current directory: none comes about that was not there. */
    char *at = assign(out, out->block, variable_path, loader, path);
    at = assign(out, at, variable_trace, trace, none);
    at = assign(out, at, TEXT("TRACER_AGENT"), agent, none);
    at = assign(out, at, TEXT("TRACER_PARENT"), parent, none);
    if (set) assign(out, at, TEXT("TRACER_PYTHONPATH"), path, none);
    return true;
}

void variables_free(Variables *variables) {
    if (variables->block) os_memory_free(variables->block, variables->room);
    variables->block = NULL;
}

static Object *new_bytes(Text text) { return py.Bytes_FromStringAndSize(text.at, (Ssize)text.size); }

/* The part of an entry before its =, or the part behind it. */
static Text name_part(Text entry) {
    size_t size = 0;
    while (entry.at[size] != '=') size++;
    return (Text){entry.at, size};
}

static Text value_part(Text entry) {
    size_t skip = name_part(entry).size + 1;
    return (Text){entry.at + skip, entry.size - skip};
}

/* dict[key] = value; takes the reference to value. key NULL: the entry's name. */
static bool set_entry(Object *dict, Object *key, Text entry) {
    Object *own = key ? NULL : new_bytes(name_part(entry)), *value = new_bytes(value_part(entry));
    bool fine = (key || own) && value && py.Dict_SetItem(dict, key ? key : own, value) == 0;
    object_release(own);
    object_release(value);
    return fine;
}

/* Whether key, a str or bytes, is this name. Other kinds of key are none of ours. */
static bool key_is(Object *key, Text name) {
    Object *keep;
    Text text = object_text(key, &keep);
    bool is = text_equal(text.size ? text : object_bytes(key), name);
    object_release(keep);
    return is;
}

/* The bytes that the system gets for a value (str, bytes or a path object); NULL with an exception. */
static Object *system_bytes(Object *value) {
    Object *bytes = NULL;
    py.Unicode_FSConverter(value, &bytes);
    return bytes;
}

/* What a walk over the program's variables finds. */
typedef struct {
    Object *copy;     /* dict of them all */
    Object *path_key; /* the first key that is PYTHONPATH, borrowed */
    Object *path;     /* bytes of its value */
} Walk;

static EnvironmentResult walk(Object *keys, Object *values, Ssize count, Walk *w) {
    for (Ssize i = 0; i < count; i++) {
        Object *key = py.List_GetItem(keys, i), *value = py.List_GetItem(values, i);
        if (!key || !value || key_is(key, variable_trace) || py.Dict_SetItem(w->copy, key, value) < 0)
            return ENVIRONMENT_SAME;
        if (w->path_key || !key_is(key, variable_path)) continue;
        w->path_key = key;
        w->path = system_bytes(value);
        if (!w->path) return ENVIRONMENT_RAISED;
    }
    return ENVIRONMENT_MADE;
}

static bool add_variables(const Walk *w) {
    Variables variables;
    bool fine = variables_make(&variables, w->path_key != NULL, object_bytes(w->path));
    for (uint32_t i = 0; fine && i < variables.count; i++)
        fine = set_entry(w->copy, i == 0 ? w->path_key : NULL, variables.entry[i]);
    variables_free(&variables);
    return fine;
}

static EnvironmentResult copy(Object *keys, Object *values, Ssize count, Object **out) {
    if (py.List_Size(keys) != count || py.List_Size(values) != count) return ENVIRONMENT_SAME;
    Walk w = {.copy = py.Dict_New()};
    EnvironmentResult result = w.copy ? walk(keys, values, count, &w) : ENVIRONMENT_SAME;
    if (result == ENVIRONMENT_MADE && !add_variables(&w)) result = ENVIRONMENT_SAME;
    object_release(w.path);
    if (result == ENVIRONMENT_MADE)
        *out = w.copy;
    else
        object_release(w.copy);
    return result;
}

EnvironmentResult environment_of_mapping(Object *mapping, Object **out) {
    *out = NULL;
    if (!py.Mapping_Check(mapping)) return ENVIRONMENT_SAME;
    Ssize count = py.Mapping_Size(mapping);
    Object *keys = count < 0 ? NULL : py.Mapping_Keys(mapping);
    Object *values = keys ? py.Mapping_Values(mapping) : NULL;
    EnvironmentResult result = values ? copy(keys, values, count, out) : ENVIRONMENT_RAISED;
    object_release(keys);
    object_release(values);
    if (result != ENVIRONMENT_RAISED) py.Err_Clear();
    return result;
}

/* Sets entry i of a list, or appends. */
static bool put_entry(Object *list, Ssize i, Text entry) {
    Object *bytes = new_bytes(entry);
    if (!bytes) return false;
    if (i >= 0) return py.List_SetItem(list, i, bytes) == 0; /* takes the reference */
    bool fine = py.List_Append(list, bytes) == 0;
    py._DecRef(bytes);
    return fine;
}

static bool extend_list(Object *list, Object *made) {
    Ssize count = py.List_Size(list), path_at = -1;
    Text path = {NULL, 0};
    for (Ssize i = 0; i < count; i++) {
        Object *item = py.List_GetItem(list, i);
        Text entry = object_bytes(item);
        if (entry_names(entry, variable_trace) || py.List_Append(made, item) < 0) return false;
        if (path_at >= 0 || !entry_names(entry, variable_path)) continue;
        path_at = i;
        path = value_part(entry);
    }
    Variables variables;
    bool fine = count >= 0 && variables_make(&variables, path_at >= 0, path);
    for (uint32_t i = 0; fine && i < variables.count; i++)
        fine = put_entry(made, i == 0 ? path_at : -1, variables.entry[i]);
    if (count >= 0) variables_free(&variables);
    return fine;
}

EnvironmentResult environment_of_list(Object *list, Object **out) {
    *out = py.List_New(0);
    if (*out && extend_list(list, *out)) return ENVIRONMENT_MADE;
    py.Err_Clear();
    object_release(*out);
    *out = NULL;
    return ENVIRONMENT_SAME;
}
