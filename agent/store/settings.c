/*
** Settings and filter. The prefixes are few and asked once per code object, so they are compared one by one.
*/
#include "store/settings.h"
#include "gen/wire.h"
#include "os/os.h"
#include "store/names.h"

enum { ROOM = 1 << 20 };

const char *settings_read(Settings *out, Text trace) {
    char *file = os_memory(ROOM);
    if (!file) return "there is no memory for the settings";
    int64_t size = os_read_whole(trace, TEXT("settings"), file, ROOM);
    if (size < WIRE_SETTINGS_HEAD_BYTES || get64(file + WIRE_SETTINGS_HEAD_MAGIC) != WIRE_MAGIC_SETTINGS) {
        os_memory_free(file, ROOM);
        return "the trace directory has no readable settings";
    }
    if (get32(file + WIRE_SETTINGS_HEAD_VERSION) != WIRE_VERSION) {
        os_memory_free(file, ROOM);
        return "the settings are of another version of tracer than the agent";
    }
    out->lines = get32(file + WIRE_SETTINGS_HEAD_EVENTS) == WIRE_EVENTS_LINES;
    out->your_code = get32(file + WIRE_SETTINGS_HEAD_FILTER) == WIRE_FILTER_YOUR_CODE;
    out->slot_size = get32(file + WIRE_SETTINGS_HEAD_SLOT_SIZE);
    out->children = get32(file + WIRE_SETTINGS_HEAD_CHILDREN) != 0;
    out->drop = get32(file + WIRE_SETTINGS_HEAD_WHEN_FULL) == WIRE_WHENFULL_DROP;
    out->measure = get32(file + WIRE_SETTINGS_HEAD_MEASURE) != 0;
    out->limit = get64(file + WIRE_SETTINGS_HEAD_LIMIT);
    out->triggers = get32(file + WIRE_SETTINGS_HEAD_TRIGGERS);
    if (out->slot_size < 4096 || out->slot_size > 16 << 20 || (out->slot_size & (out->slot_size - 1))) {
        os_memory_free(file, ROOM);
        return "the slot size is no power of two from 4096 to 16 MiB";
    }
    out->records = file + WIRE_SETTINGS_HEAD_BYTES;
    out->size = (size_t)size - WIRE_SETTINGS_HEAD_BYTES;
    const char *at = out->records, *end = at + out->size, *payload;
    uint32_t type, payload_size;
    while (record_next(&at, end, &type, &payload, &payload_size)) {}
    return at == end ? NULL : "the settings are damaged";
}

/* A prefix ends at a dot boundary unless it is open: pandas takes pandas.core, not pandas_extras. */
static bool prefix_matches(Text prefix, bool open, Text module) {
    if (!text_begins(module, prefix)) return false;
    return open || module.size == prefix.size || module.at[prefix.size] == '.';
}

static bool any_prefix(const Settings *settings, uint32_t list, Text module) {
    const char *at = settings->records, *end = at + settings->size, *payload;
    uint32_t type, size;
    while (record_next(&at, end, &type, &payload, &size)) {
        if (type != WIRE_TYPE_PREFIX || size < 12 || get32(payload) != list) continue;
        Text prefix = {payload + 12, get32(payload + 8)};
        if (prefix.size <= size - 12 && prefix_matches(prefix, get32(payload + 4), module)) return true;
    }
    return false;
}

static bool is_installed(const Settings *settings, Text path) {
    Text library = settings->library;
    if (library.size && text_begins(path, library) && path.size > library.size && path.at[library.size] == '/')
        return true;
    return text_contains(path, TEXT("/site-packages/")) || text_contains(path, TEXT("/dist-packages/"));
}

/* Code made at run time (<string>) lies where the module does whose globals it has; without such, it is yours. */
static bool is_yours(const Settings *settings, const Candidate *candidate) {
    if (text_equal(candidate->module, TEXT("__main__"))) return true;
    if (!candidate->pseudo) return !is_installed(settings, candidate->path);
    if (text_begins(candidate->path, TEXT("<frozen "))) return false;
    return !is_installed(settings, candidate->origin);
}

bool settings_want(const Settings *settings, const Candidate *candidate) {
    if (any_prefix(settings, WIRE_LIST_EXCLUDE, candidate->module)) return false;
    if (settings->your_code) return is_yours(settings, candidate);
    return any_prefix(settings, WIRE_LIST_INCLUDE, candidate->module);
}
