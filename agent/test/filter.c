/* The settings as the controller writes them, and what the filter makes of them. */
#include "gen/tables.h"
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

/* Appends the TABLE record with this name. */
static size_t table(char *at, const char *name) {
    for (size_t i = 0; i < COUNT(tables); i++) {
        if (strcmp(tables[i].name, name)) continue;
        memcpy(at, tables[i].record, (size_t)tables[i].size);
        return (size_t)tables[i].size;
    }
    CHECK(!"there is such a table");
    return 0;
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
    size += table(bytes + size, "only");
    size_t skip = size;
    size += table(bytes + size, "skip");
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
    bytes[size - 1] ^= 1;

    bytes[skip + 32] ^= 1; /* in the table: the record's checksum is right, the table's is not */
    put32(bytes + skip + 8, crc32c(crc32c(0, bytes + skip, 8), bytes + skip + 12, size - skip - 12));
    CHECK(read_back(directory, bytes, size, &s) != NULL);
    CHECK(!s.only.image && !s.skip.image);
}

/* More prefixes than a program would be started with: the file is larger than what is tried first. */
static void large(const char *directory) {
    enum { RECORDS = 40, BYTES = 100000 };
    size_t size = WIRE_SETTINGS_HEAD_BYTES;
    char *bytes = calloc(RECORDS + 1, BYTES);
    head(bytes, WIRE_FILTER_PREFIXES, 65536);
    for (int i = 0; i < RECORDS; i++) {
        put32(bytes + size, BYTES - 12);
        put32(bytes + size + 4, WIRE_TYPE_PREFIX); /* is passed over */
        put32(bytes + size + 8, crc32c(crc32c(0, bytes + size, 8), bytes + size + 12, BYTES - 12));
        size += BYTES;
    }
    size += table(bytes + size, "only");
    Settings s = {0};
    CHECK(read_back(directory, bytes, size, &s) == NULL);
    CHECK(want(&s, "numpy", "/x.py") && !want(&s, "panda", "/x.py"));
    free(bytes);
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
    large(directory);
}
