#include "base/base.h"

size_t text_length(const char *zero_terminated) {
    size_t n = 0;
    while (zero_terminated[n]) n++;
    return n;
}

Text text_of(const char *zero_terminated) { return (Text){zero_terminated, text_length(zero_terminated)}; }

bool text_equal(Text a, Text b) { return a.size == b.size && memcmp(a.at, b.at, a.size) == 0; }

bool text_begins(Text text, Text prefix) {
    return text.size >= prefix.size && memcmp(text.at, prefix.at, prefix.size) == 0;
}

bool text_contains(Text text, Text part) {
    for (size_t i = 0; i + part.size <= text.size; i++)
        if (memcmp(text.at + i, part.at, part.size) == 0) return true;
    return false;
}

char *text_decimal(char *at, uint64_t n) {
    char digits[20];
    size_t count = 0;
    do digits[count++] = (char)('0' + n % 10);
    while (n /= 10);
    while (count) *at++ = digits[--count];
    return at;
}

uint32_t crc32c(uint32_t crc, const void *data, size_t size) {
    /* Bit by bit: records are written once per code object. 0x82f63b78 is the reflected polynomial. */
    const unsigned char *p = data;
    crc = ~crc;
    while (size--) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82f63b78U & (0U - (crc & 1)));
    }
    return ~crc;
}

static uint64_t fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash64(uint64_t seed, const void *data, size_t size) {
    const char *p = data;
    uint64_t h = seed ^ 0x9e3779b97f4a7c15ULL;
    size_t left = size;
    for (; left >= 8; left -= 8, p += 8) h = fold(h ^ get64(p), 0xa0761d6478bd642fULL);
    uint64_t tail = 0;
    for (size_t i = 0; i < left; i++) tail |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return fold(h ^ tail, 0xe7037ed1a0b428dbULL ^ size);
}
