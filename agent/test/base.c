#include "gen/vectors.h"
#include "gen/wire.h"
#include "test/test.h"

void test_base(void) {
    CHECK_EQUAL(crc32c(0, "123456789", 9), 0xe3069283U); /* RFC 3720, B.4 */
    CHECK_EQUAL(crc32c(crc32c(0, "1234", 4), "56789", 5), 0xe3069283U);
    char digits[20];
    CHECK_EQUAL(text_decimal(digits, 18446744073709551615ULL) - digits, 20);
    CHECK(memcmp(digits, "18446744073709551615", 20) == 0);
    CHECK(text_contains(TEXT("/a/site-packages/b"), TEXT("/site-packages/")));
    CHECK(!text_contains(TEXT("ab"), TEXT("abc")));
    CHECK(hash64(0, "a", 1) != hash64(1, "a", 1) && hash64(0, "a", 1) != hash64(0, "a\0", 2));

    size_t visited = 0;
    for (size_t i = 0; i < COUNT(vector_events); i++, visited++) {
        uint64_t word = (uint64_t)vector_events[i].delta << WIRE_DELTA_SHIFT |
                        (uint64_t)vector_events[i].location << WIRE_LOCATION_SHIFT | vector_events[i].kind;
        CHECK_EQUAL(word, vector_events[i].word);
    }
    CHECK_EQUAL(visited, 8);
}
