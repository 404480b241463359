#include "test/traced.h"
#include "abi/parallel.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/fake.h"
#include "test/test.h"

Object *outer, *inner, *generator;
const Code *outer_code, *inner_code, *generator_code;
uint32_t controller_saw_last;

Code *traced_code(Object *object) {
    uint32_t interpreter = interpreter_number();
    Code *code = code_find(object, interpreter);
    if (!code && (code = code_decide(object, fake_globals("app")))) CHECK(code_enter(object, interpreter, code));
    CHECK(code_find(object, interpreter) == code);
    return code;
}

void traced_start(const char *directory, Settings settings) {
    static char trace[4096];
    snprintf(trace, sizeof trace, "%s/t.trace", directory);
    mkdir(trace, 0700);
    settings.lines = settings.your_code = true;
    process.settings = settings;
    process.trace = text_of(trace);
    process.next_location = process.next_file = process.next_thread = 1;
    process.python_hex = py.hex;
    process.tool = 4;
    os_start();
    CHECK(code_start());
    CHECK(process_create() == NULL);
    process_publish(chunks_size());
    thread_start();
    outer = fake_code("/app/a.py", "outer", 10, 5, 0);
    inner = fake_code("/app/a.py", "inner", 20, 3, 0);
    generator = fake_code("/app/a.py", "generator", 30, 4, 0x20);
    outer_code = traced_code(outer);
    inner_code = traced_code(inner);
    generator_code = traced_code(generator);
}

void traced_call(void) {
    record_open(WIRE_CALL, outer, outer_code, outer_code->base);
    record_close(WIRE_RETURN, outer, outer_code);
}

uint64_t traced_slots(uint32_t slots) {
    uint64_t events = 0, until = control_get64(WIRE_CONTROL_SLOTS) + slots;
    for (; control_get64(WIRE_CONTROL_SLOTS) < until; events += 2) traced_call();
    return events;
}

uint32_t control_get32(size_t offset) { return __atomic_load_n(control32(offset), __ATOMIC_ACQUIRE); }
uint64_t control_get64(size_t offset) { return __atomic_load_n(control64(offset), __ATOMIC_ACQUIRE); }
void control_put32(size_t offset, uint32_t v) { __atomic_store_n(control32(offset), v, __ATOMIC_RELEASE); }

uint64_t slot_events(const char *slot) {
    uint64_t events = 0;
    uint32_t size = process.settings.slot_size, used = get32(slot + WIRE_SLOT_USED), at = get32(slot + WIRE_SLOT_HEADER_SIZE);
    if (get32(slot + WIRE_SLOT_MAGIC) != WIRE_MAGIC_SLOT) return 0;
    for (; at < size && get64(slot + at); at += 8) events += (get64(slot + at) & 7) != WIRE_MARK;
    CHECK(!used || used == at);
    return events;
}

uint64_t raw_events(uint64_t *slots) {
    uint64_t events = 0;
    char *slot = malloc(process.settings.slot_size);
    FILE *raw = fopen(process.raw.path, "rb");
    for (*slots = 0; fread(slot, process.settings.slot_size, 1, raw) == 1;) {
        *slots += get32(slot + WIRE_SLOT_MAGIC) == WIRE_MAGIC_SLOT;
        events += slot_events(slot);
    }
    fclose(raw);
    free(slot);
    return events;
}

void controller_reads(uint32_t number, char *slot) {
    int64_t size = process.settings.slot_size;
    CHECK(os_file_read_at(&process.raw, slot, (size_t)size, number * (uint64_t)size) == 0);
}

void controller_gives(uint32_t number) {
    uint32_t given = control_get32(WIRE_CONTROL_FREE_GIVEN);
    control_put32(WIRE_FREE_OFFSET + 4 * (given % WIRE_FREE_ENTRIES), number);
    control_put32(WIRE_CONTROL_FREE_GIVEN, given + 1);
}

uint64_t controller_drains(void) {
    uint32_t size = process.settings.slot_size, taken = control_get32(WIRE_CONTROL_FULL_TAKEN);
    uint64_t events = 0;
    char *slot = malloc(size);
    for (; taken != control_get32(WIRE_CONTROL_FULL_GIVEN); control_put32(WIRE_CONTROL_FULL_TAKEN, ++taken)) {
        uint32_t number = control_get32(WIRE_FULL_OFFSET + 4 * (taken % WIRE_FULL_ENTRIES));
        controller_reads(number, slot);
        CHECK(get32(slot + WIRE_SLOT_USED) != 0);
        events += slot_events(slot);
        controller_saw_last += get32(slot + WIRE_SLOT_LAST);
        memset(slot, 0, size);
        os_file_write_at(&process.raw, slot, size, number * (uint64_t)size);
        if (control_get32(WIRE_CONTROL_FREE_GIVEN) - control_get32(WIRE_CONTROL_FREE_TAKEN) < WIRE_FREE_ENTRIES)
            controller_gives(number);
    }
    free(slot);
    return events;
}
