#include "record/plain.h"
#include "gen/wire.h"
#include "store/process.h"

/* Memory of slots that have ended; the first word of each leads to the next. */
static char *unused;

char *plain_memory(void) {
    char *at = unused;
    if (!at) return os_memory(process.settings.slot_size);
    __builtin_memcpy(&unused, at, sizeof unused);
    memset(at, 0, WIRE_SLOT_BYTES);
    return at;
}

void plain_end(const Slot *slot) {
    if (slot->written) os_file_write_at(&process.raw, slot->at, WIRE_SLOT_BYTES, slot->offset);
    __builtin_memcpy(slot->at, &unused, sizeof unused);
    unused = slot->at;
}

int64_t plain_write(Slot *slot, uint32_t to) {
    if (slot->written >= to) return 0;
    int64_t result = os_file_write_at(&process.raw, slot->at + slot->written, to - slot->written, slot->offset + slot->written);
    if (result == 0) slot->written = to;
    return result;
}

void plain_forget(void) { unused = NULL; }
