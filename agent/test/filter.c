/* The settings as the controller writes them, and what the filter makes of them. */
#include "gen/wire.h"
#include "store/names.h"
#include "store/settings.h"
#include "test/test.h"

static size_t head(char *at, uint32_t filter, uint32_t slot_size) {
    memset(at, 0, WIRE_SETTINGS_HEAD_BYTES);
    put64(at + WIRE_SETTINGS_HEAD_MAGIC, WIRE_MAGIC_SETTINGS);
    put32(at + WIRE_SETTINGS_HEAD_VERSION, WIRE_VERSION);
    put32(at + WIRE_SETTINGS_HEAD_EVENTS, WIRE_EVENTS_LINES);
    put32(at + WIRE_SETTINGS_HEAD_SLOT_SIZE, slot_size);
    put32(at + WIRE_SETTINGS_HEAD_FILTER, filter);
    return WIRE_SETTINGS_HEAD_BYTES;
}

static size_t prefix(char *at, uint32_t list, uint32_t open, const char *text) {
    Record record;
    record_begin(&record, WIRE_TYPE_PREFIX);
    record_u32(&record, list);
    record_u32(&record, open);
    record_bytes(&record, text_of(text));
    record_seal(&record);
    size_t size = record.size;
    memcpy(at, record.at, size);
    record_free(&record);
    return size;
}

static const char *read_back(const char *directory, const char *bytes, size_t size, Settings *out) {
    char path[4096];
    snprintf(path, sizeof path, "%s/settings", directory);
    FILE *file = fopen(path, "wb");
    fwrite(bytes, 1, size, file);
    fclose(file);
    return settings_read(out, text_of(directory));
}

static bool want(const Settings *s, const char *module, const char *path) {
    Candidate candidate = {text_of(module), TEXT(""), text_of(path), path[0] == '<'};
    return settings_want(s, &candidate);
}

/* Code made at run time by a module that lies at origin. */
static bool want_made(const Settings *s, const char *module, const char *origin) {
    Candidate candidate = {text_of(module), text_of(origin), TEXT("<string>"), true};
    return settings_want(s, &candidate);
}

static void prefixes(const char *directory, char *bytes) {
    Settings s = {0};
    size_t size = head(bytes, WIRE_FILTER_PREFIXES, 65536);
    size += prefix(bytes + size, WIRE_LIST_INCLUDE, 0, "pandas");
    size += prefix(bytes + size, WIRE_LIST_INCLUDE, 1, "num");
    size += prefix(bytes + size, WIRE_LIST_EXCLUDE, 0, "pandas.core.api");
    CHECK(read_back(directory, bytes, size, &s) == NULL);
    CHECK(want(&s, "pandas", "/x.py") && want(&s, "pandas.core", "/x.py") && want(&s, "numpy", "<string>"));
    CHECK(!want(&s, "pandas_extras", "/x.py") && !want(&s, "panda", "/x.py") && !want(&s, "", "/x.py"));
    CHECK(!want(&s, "pandas.core.api", "/x.py") && !want(&s, "pandas.core.api.x", "/x.py"));
    CHECK(want(&s, "pandas.core.api2", "/x.py") && !want(&s, "__main__", "/x.py"));

    for (size_t cut = 0; cut < size; cut++) { /* a damaged file is refused, unless whole records are missing */
        const char *why = read_back(directory, bytes, cut, &s);
        CHECK(why || cut >= WIRE_SETTINGS_HEAD_BYTES);
    }
    bytes[size - 1] ^= 1;
    CHECK(read_back(directory, bytes, size, &s) != NULL);
}

void test_filter(const char *directory) {
    static char bytes[4096];
    Settings s = {0};
    size_t size = head(bytes, WIRE_FILTER_YOUR_CODE, 65536);
    CHECK(read_back(directory, bytes, size, &s) == NULL);
    s.library = TEXT("/usr/lib/python3.14");
    CHECK(want(&s, "app", "/home/me/app.py") && want(&s, "__main__", "/usr/lib/python3.14/test/__main__.py"));
    CHECK(!want(&s, "json", "/usr/lib/python3.14/json/__init__.py"));
    CHECK(want(&s, "json", "/usr/lib/python3.140/json.py"));
    CHECK(!want(&s, "x", "/venv/lib/python3.14/site-packages/x.py") && !want(&s, "x", "/usr/lib/python3/dist-packages/x.py"));
    CHECK(want_made(&s, "app", "/home/me/app.py") && !want_made(&s, "x", "/venv/lib/site-packages/x.py"));
    CHECK(want(&s, "", "<string>") && !want(&s, "importlib._bootstrap", "<frozen importlib._bootstrap>"));

    put32(bytes + WIRE_SETTINGS_HEAD_CHILDREN, 1);
    put32(bytes + WIRE_SETTINGS_HEAD_WHEN_FULL, WIRE_WHENFULL_DROP);
    put64(bytes + WIRE_SETTINGS_HEAD_LIMIT, 1ULL << 40);
    put32(bytes + WIRE_SETTINGS_HEAD_TRIGGERS, 6);
    CHECK(read_back(directory, bytes, size, &s) == NULL);
    CHECK(s.children && s.drop && s.limit == 1ULL << 40 && s.triggers == 6);

    size = head(bytes, WIRE_FILTER_YOUR_CODE, 65535);
    CHECK(read_back(directory, bytes, size, &s) != NULL);
    size = head(bytes, WIRE_FILTER_YOUR_CODE, 65536);
    put32(bytes + WIRE_SETTINGS_HEAD_VERSION, WIRE_VERSION + 1);
    CHECK(read_back(directory, bytes, size, &s) != NULL);
    prefixes(directory, bytes);
}
