/*
** What every file of the agent may use: types, attributes, memory, little-endian stores.
**
** The agent is linked without a C runtime, so nothing here comes from libc. The only headers used are those that the
** compiler itself brings.
*/
#ifndef AGENT_BASE_H
#define AGENT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define COLD __attribute__((noinline, cold))
#define EXPORT __attribute__((visibility("default")))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A piece of text or bytes that somebody else owns. */
typedef struct {
    const char *at;
    size_t size;
} Text;

#define TEXT(literal) ((Text){(literal), sizeof(literal) - 1})

/* The compiler may call these four by itself. */
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);

size_t text_length(const char *zero_terminated);
Text text_of(const char *zero_terminated);
bool text_equal(Text a, Text b);
bool text_begins(Text text, Text prefix);
bool text_contains(Text text, Text part);

/* Appends the decimal digits of n to at, returns the end. */
char *text_decimal(char *at, uint64_t n);

/* The format is little-endian, and so is every CPU the agent is built for. */
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the agent writes little-endian words as they are"
#endif

static inline void put32(void *at, uint32_t v) { __builtin_memcpy(at, &v, 4); }
static inline void put64(void *at, uint64_t v) { __builtin_memcpy(at, &v, 8); }
static inline uint32_t get32(const void *at) {
    uint32_t v;
    __builtin_memcpy(&v, at, 4);
    return v;
}
static inline uint64_t get64(const void *at) {
    uint64_t v;
    __builtin_memcpy(&v, at, 8);
    return v;
}

/* CRC-32C (Castagnoli), as the records of the format have it; crc of nothing is 0, pass the result on to go on. */
uint32_t crc32c(uint32_t crc, const void *data, size_t size);

/* A well mixing 64-bit hash (wyhash's multiply-and-fold idea); two seeds make independent hashes. */
uint64_t hash64(uint64_t seed, const void *data, size_t size);

#endif
