/*
** Settings and filter.
*/
#include "store/settings.h"
#include "gen/wire.h"
#include "os/os.h"
#include "store/names.h"

enum { LEAST_ROOM = 1 << 20, MOST_ROOM = 1 << 27 }; /* more than two records of the largest size that the controller writes */

/* The whole file, in memory of its own of so much room. NULL: it cannot be read, or is as short as its head. */
static char *read_file(Text trace, int64_t *size, size_t *room) {
    for (*room = LEAST_ROOM; *room <= MOST_ROOM; *room *= 4) {
        char *file = os_memory(*room);
        if (!file) return NULL;
        *size = os_read_whole(trace, TEXT("settings"), file, *room);
        if (*size >= WIRE_SETTINGS_HEAD_BYTES) return file;
        os_memory_free(file, *room);
    }
    return NULL;
}

/* What is wrong with the head, or NULL. */
static const char *head_read(Settings *out, const char *head) {
    if (get64(head + WIRE_SETTINGS_HEAD_MAGIC) != WIRE_MAGIC_SETTINGS) return "the trace directory has no readable settings";
    if (get32(head + WIRE_SETTINGS_HEAD_VERSION) != WIRE_VERSION)
        return "the settings are of another version of tracer than the agent";
    out->lines = get32(head + WIRE_SETTINGS_HEAD_EVENTS) == WIRE_EVENTS_LINES;
    out->your_code = get32(head + WIRE_SETTINGS_HEAD_FILTER) == WIRE_FILTER_YOUR_CODE;
    out->slot_size = get32(head + WIRE_SETTINGS_HEAD_SLOT_SIZE);
    out->children = get32(head + WIRE_SETTINGS_HEAD_CHILDREN) != 0;
    out->drop = get32(head + WIRE_SETTINGS_HEAD_WHEN_FULL) == WIRE_WHENFULL_DROP;
    out->measure = get32(head + WIRE_SETTINGS_HEAD_MEASURE) != 0;
    out->limit = get64(head + WIRE_SETTINGS_HEAD_LIMIT);
    out->triggers = get32(head + WIRE_SETTINGS_HEAD_TRIGGERS);
    if (out->slot_size < 4096 || out->slot_size > 16 << 20 || (out->slot_size & (out->slot_size - 1)))
        return "the slot size is no power of two from 4096 to 16 MiB";
    return NULL;
}

/* The prefixes of a TABLE record: u32 list, u32 open, bytes image. */
static bool table_read(Settings *out, const char *payload, uint32_t size) {
    if (size < 12) return false;
    Text image = {payload + 12, get32(payload + 8)};
    Prefixes *list = get32(payload) == WIRE_LIST_EXCLUDE ? &out->skip : &out->only;
    return image.size <= size - 12 && prefixes_open(list, image, get32(payload + 4));
}

const char *settings_read(Settings *out, Text trace) {
    int64_t size;
    size_t room;
    char *file = read_file(trace, &size, &room);
    if (!file) return "the trace directory has no readable settings";
    const char *why = head_read(out, file), *at = file + WIRE_SETTINGS_HEAD_BYTES, *end = file + size, *payload;
    uint32_t type, payload_size;
    out->only = out->skip = (Prefixes){0};
    while (!why && record_next(&at, end, &type, &payload, &payload_size)) {
        if (type == WIRE_TYPE_TABLE && !table_read(out, payload, payload_size)) why = "the settings are damaged";
    }
    if (!why && at != end) why = "the settings are damaged";
    if (!why) return NULL;
    os_memory_free(file, room);
    out->only = out->skip = (Prefixes){0};
    return why;
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
    if (prefixes_match(&settings->skip, candidate->module)) return false;
    if (settings->your_code) return is_yours(settings, candidate);
    return prefixes_match(&settings->only, candidate->module);
}
