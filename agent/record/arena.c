#include "record/arena.h"
#include "os/os.h"

enum { BLOCK = 1 << 18 };

static char *free_at;
static size_t free_size;

void *arena_take(size_t size) {
    size = (size + 7) & ~(size_t)7;
    if (size > BLOCK / 4) return os_memory(size);
    if (size > free_size) {
        char *block = os_memory(BLOCK);
        if (!block) return NULL;
        free_at = block;
        free_size = BLOCK;
    }
    void *taken = free_at;
    free_at += size;
    free_size -= size;
    return taken;
}

Text arena_keep(Text text) {
    char *copy = arena_take(text.size + 1);
    if (!copy) return (Text){0};
    memcpy(copy, text.at, text.size);
    return (Text){copy, text.size};
}

void arena_forget(void) { free_size = 0; }
