#include "store/pace.h"
#include "store/process.h"

/* A little interpreter: what slows one, slows the other. */
static uint64_t work(void) {
    static const char steps[] =
        "\4\5\0\7\3\0\2\1\5\7\3\6\1\3\0\3\6\4\2\6\2\1\2\7\2\2\0\0\3\3\2\2"
        "\4\5\3\3\2\3\6\4\0\5\6\2\2\4\1\5\4\0\5\1\4\5\4\7\5\2\7\7\2\0\4\0"
        "\5\6\0\6\5\6\0\7\0\2\3\1\3\7\5\5\4\7\1\5\4\0\6\1\3\5\5\2\5\4\1\4"
        "\5\4\2\1\2\4\7\2\0\1\6\0\3\5\4\7\6\2\0\0\7\5\3\2\2\6\1\2\6\5\2\0";
    uint64_t cells[16] = {1, 2, 3}, x = 1;
    for (unsigned i = 0; i < 3 * (sizeof steps - 1); i++) {
        uint64_t *cell = &cells[i & 15];
        switch (steps[i & 127]) {
        case 0: x += *cell; break;
        case 1: *cell ^= x; break;
        case 2: x = x << 1 | x >> 63; break;
        case 3: *cell += 3; break;
        case 4: x -= cells[x & 15]; break;
        case 5: if (x & 1) *cell = x; break;
        case 6: cells[x & 15] = *cell; break;
        default: x ^= i; break;
        }
        __asm__ volatile("" : "+r"(x));
    }
    return x;
}

/* Once to have it in the caches and predicted, whatever ran before, and once more. */
uint64_t pace_look(void) {
    uint64_t x = work();
    cpu_fence();
    uint64_t begin = process_ticks();
    x += work();
    __asm__ volatile("" : "+r"(x));
    cpu_fence();
    return process_ticks() - begin;
}
