/*
** Searching a string table. It is done once per code object, so that simple code will do: no vector instructions.
**
** The image has a checksum, but whoever writes to the trace directory can make that right. So each place is compared with
** the bounds of the image before it is read, and each loop has an end: a node's next nodes lie behind it, and a prefix's
** parent is shorter. What is not as it should be is answered with -1, or wrongly.
*/
#include "store/prefixes.h"

enum { HEADER = 64, SUMMED_FROM = 16, VERSION = 1 };
enum { NODE_HEAD = 16, ENTRY = 16, SLOT = 12, WINDOW = 8, LINE = 64, MAX_BITS = 31, MAX_SLOT_BITS = 4 };

bool prefixes_open(Prefixes *out, Text image, uint32_t open) {
    const char *at = image.at;
    if (image.size < HEADER || image.size > INT32_MAX || memcmp(at, "strtable", 8) || get32(at + 8) != VERSION) return false;
    if (get64(at + 16) != image.size || get32(at + 12) != crc32c(0, at + SUMMED_FROM, image.size - SUMMED_FROM)) return false;
    Prefixes p = {.image = at, .size = (uint32_t)image.size, .open = open, .count = get32(at + 24)};
    p.parents = get32(at + 28), p.offsets = get32(at + 36), p.text = get32(at + 40);
    uint64_t numbers = 4 * (uint64_t)p.count;
    if (p.parents < HEADER || p.parents + numbers > p.size) return false;
    if (p.offsets < HEADER || p.offsets + numbers + 4 > p.size || p.text > p.size) return false;
    *out = p;
    return true;
}

/* A prefix. False: it is not in the image. */
static bool prefix_at(const Prefixes *p, uint64_t number, Text *out) {
    if (number >= p->count) return false;
    uint32_t from = get32(p->image + p->offsets + 4 * number), to = get32(p->image + p->offsets + 4 * number + 4);
    if (from > to || to > p->size - p->text) return false;
    *out = (Text){p->image + p->text + from, to - from};
    return true;
}

/* The first 8 bytes of a text from depth on, zeros behind its end. */
static uint64_t window(Text text, uint64_t depth) {
    uint64_t v = 0;
    if (depth < text.size) memcpy(&v, text.at + depth, text.size - depth < WINDOW ? text.size - depth : WINDOW);
    return v;
}

/* The head of a node, and where in the image it is. */
typedef struct {
    uint64_t at;
    const char *bytes;
    unsigned stride, bits, seed, taken;
    uint32_t depth;
} Node;

static uint64_t values_at(unsigned bits) {
    uint64_t at = NODE_HEAD + ((uint64_t)SLOT << bits), align = bits >= 3 ? LINE : 8;
    return (at + align - 1) & ~(align - 1);
}

static bool node_at(const Prefixes *p, uint64_t at, Node *out) {
    if (at + NODE_HEAD > p->parents) return false;
    const unsigned char *head = (const unsigned char *)p->image + at;
    *out = (Node){at, p->image + at, head[0], head[1], head[2], head[3], get32(head + 4)};
    if (out->stride > WINDOW || out->bits > (out->stride ? MAX_BITS : MAX_SLOT_BITS)) return false;
    uint64_t size = out->stride ? NODE_HEAD + ((uint64_t)ENTRY << out->bits) : values_at(out->bits) + (16ULL << out->bits);
    return at + size <= p->parents && out->taken <= 1u << MAX_SLOT_BITS;
}

/* The number of the longest prefix in a leaf that text begins with, or -1. */
static int64_t search_leaf(const Prefixes *p, const Node *n, Text text) {
    const char *values = n->bytes + values_at(n->bits), *masks = values + (8ULL << n->bits);
    uint64_t chunk = window(text, n->depth);
    for (unsigned i = 0; i < n->taken && i < 1u << n->bits; i++) {
        if ((chunk & get64(masks + 8 * i)) != get64(values + 8 * i)) continue;
        uint32_t number = get32(n->bytes + NODE_HEAD + SLOT * i) - 1;
        Text prefix;
        if (prefix_at(p, number, &prefix) && text_begins(text, prefix)) return number;
    }
    return -1;
}

/* Where the node begins that the key leads to, or 0. */
static uint64_t next_node(const Node *n, uint64_t key) {
    uint64_t last = (1ULL << n->bits) - 1;
    uint64_t i = n->bits ? key * (0x9e3779b97f4a7c15ULL * (2 * n->seed + 1)) >> (64 - n->bits) : 0;
    for (uint64_t tries = 0; tries <= last; tries++, i = (i + 1) & last) {
        const char *entry = n->bytes + NODE_HEAD + ENTRY * i;
        uint32_t next = get32(entry + 8);
        if (!next) return 0;
        if (get64(entry) == key) return HEADER + (uint64_t)next * LINE;
    }
    return 0;
}

/* Whether text has, from from to depth, what all prefixes of a branch have there. */
static bool goes_on_alike(const Prefixes *p, const Node *n, uint64_t from, Text text) {
    if (from >= n->depth) return true;
    Text prefix;
    if (!prefix_at(p, get32(n->bytes + 12) - 1, &prefix)) return false;
    if (text.size < n->depth || prefix.size < n->depth) return false;
    return !memcmp(text.at + from, prefix.at + from, n->depth - from);
}

int64_t prefixes_longest(const Prefixes *p, Text text) {
    if (!p->image) return -1;
    int64_t best = -1;
    uint64_t from = 0, at = HEADER, next;
    for (Node n; node_at(p, at, &n); at = next) {
        int64_t found = n.stride ? -1 : search_leaf(p, &n, text);
        if (found >= 0) return found;
        if (n.stride && !goes_on_alike(p, &n, from, text)) return best;
        uint32_t terminal = get32(n.bytes + 8);
        if (terminal && terminal <= p->count) best = terminal - 1;
        from = (uint64_t)n.depth + n.stride;
        if (!n.stride || text.size < from) return best;
        next = next_node(&n, window(text, n.depth) & ~0ULL >> (64 - 8 * n.stride));
        if (next <= at) return best;
    }
    return best;
}

int64_t prefixes_parent(const Prefixes *p, int64_t number) {
    Text prefix, parent;
    if (!prefix_at(p, (uint64_t)number, &prefix)) return -1;
    uint32_t other = get32(p->image + p->parents + 4 * number) - 1;
    return prefix_at(p, other, &parent) && parent.size < prefix.size ? (int64_t)other : -1;
}

bool prefixes_match(const Prefixes *p, Text module) {
    for (int64_t i = prefixes_longest(p, module); i >= 0; i = prefixes_parent(p, i)) {
        Text prefix;
        if (!prefix_at(p, (uint64_t)i, &prefix) || prefix.size > module.size) return false;
        if (i < p->open || prefix.size == module.size || module.at[prefix.size] == '.') return true;
    }
    return false;
}
