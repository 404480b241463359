/*
** One row per minor version of CPython. How to add one: docs/python-versions.md.
**
** Where the figures come from: the headers of each version, for the default build and 64-bit pointers (code.h,
** longintrepr.h, frameobject.h, pystate.h, and internal/pycore_frame.h of 3.11; internal/pycore_gc.h and what has it for
** the column callbacks). python_verify compares every row with
** the running interpreter.
*/
#include "abi/python.h"

/* What is hidden behind a frame and a thread state before 3.12. */
static const Older older_2_7 = {
    .frame_code = 32, .frame_back = 24, .frame_globals = 48, .frame_instruction = 120, .frame_line = 124, .step = 1,
    .thread_frame = 16, .thread_tracing = 28, .thread_use = 32, .use_size = 4, .counter = COUNTER_HIDDEN,
    .thread_function = {48, 40}, .thread_object = {64, 56},
};
static const Older older_3_6 = {
    .frame_code = 32, .frame_back = 24, .frame_globals = 48, .frame_instruction = 120, .frame_line = 124, .step = 1,
    .thread_frame = 24, .thread_tracing = 40, .thread_use = 44, .use_size = 4, .counter = COUNTER_HIDDEN,
    .thread_function = {56, 48}, .thread_object = {72, 64},
};
static const Older older_3_7 = {
    .frame_code = 32, .frame_back = 24, .frame_globals = 48, .frame_instruction = 104, .frame_line = 108, .step = 1,
    .thread_frame = 24, .thread_tracing = 44, .thread_use = 48, .use_size = 4, .counter = COUNTER_RUNTIME, .counter_at = 708,
    .thread_function = {64, 56}, .thread_object = {80, 72},
};
static const Older older_3_8 = {
    .frame_code = 32, .frame_back = 24, .frame_globals = 48, .frame_instruction = 104, .frame_line = 108, .step = 1,
    .thread_frame = 24, .thread_tracing = 44, .thread_use = 48, .use_size = 4, .counter = COUNTER_RUNTIME, .counter_at = 588,
    .thread_function = {64, 56}, .thread_object = {80, 72},
};
static const Older older_3_9 = {
    .frame_code = 32, .frame_back = 24, .frame_globals = 48, .frame_instruction = 104, .frame_line = 108, .step = 1,
    .thread_frame = 24, .thread_tracing = 44, .thread_use = 48, .use_size = 4, .counter = COUNTER_INTERPRETER, .counter_at = 68,
    .thread_function = {64, 56}, .thread_object = {80, 72}, .thread_interpreter = 16,
};
static const Older older_3_10 = {
    .frame_code = 32, .frame_back = 24, .frame_globals = 48, .frame_instruction = 96, .frame_line = 100, .step = 2,
    .thread_frame = 24, .thread_tracing = 44, .thread_use = 48, .use_inside = true, .use_size = 4, .counter = COUNTER_NONE,
    .thread_function = {64, 56}, .thread_object = {80, 72},
};
static const Older older_3_11 = {
    .frame_inside = 24, .frame_code = 32, .frame_back = 48, .frame_globals = 8, .frame_instruction = 56, .frame_line = 40, .step = 0,
    .thread_frame = 8, .thread_tracing = 44, .thread_use = 56, .use_inside = true, .use_size = 1, .counter = COUNTER_NONE,
    .thread_function = {72, 64}, .thread_object = {88, 80},
};

enum { SAME = 8 }; /* ob_type: no version, but the same number in each code object, and not 0 */

static const Version versions[] = {
    /* hex   free   head flags first file name  qual  lines vers  tag digit consts bytes inline unit table             unwind frame callbs older */
    {0x0207, false, 16,  28,   96,   80,  88,   0,    104,  SAME, 0,  0,    40,    32,   false, 1,   LINES_UNSIGNED,   false, 0,    0,      &older_2_7},
    {0x0306, false, 16,  32,   36,   96,  104,  0,    112,  SAME, 0,  0,    48,    40,   false, 2,   LINES_SIGNED,     false, 0,    0,      &older_3_6},
    {0x0307, false, 16,  32,   36,   96,  104,  0,    112,  SAME, 0,  0,    48,    40,   false, 2,   LINES_SIGNED,     false, 0,    0,      &older_3_7},
    {0x0308, false, 16,  36,   40,   104, 112,  0,    120,  SAME, 0,  0,    56,    48,   false, 2,   LINES_SIGNED,     false, 0,    0,      &older_3_8},
    {0x0309, false, 16,  36,   40,   104, 112,  0,    120,  SAME, 0,  0,    56,    48,   false, 2,   LINES_SIGNED,     false, 0,    0,      &older_3_9},
    {0x030a, false, 16,  36,   40,   104, 112,  0,    120,  SAME, 0,  0,    56,    48,   false, 2,   LINES_RANGES,     false, 0,    832,    &older_3_10},
    {0x030b, false, 16,  48,   72,   112, 120,  128,  136,  SAME, 0,  0,    24,    184,  true,  2,   LINES_LOCATIONS,  false, 0,    864,    &older_3_11},
    {0x030c, false, 16,  48,   68,   112, 120,  128,  136,  92,   16, 24,   24,    0,    true,  2,   LINES_LOCATIONS,  false, 56,   328,    NULL},
    {0x030d, false, 16,  48,   68,   112, 120,  128,  136,  92,   16, 24,   24,    0,    true,  2,   LINES_LOCATIONS,  false, 72,   7616,   NULL},
    {0x030e, false, 16,  48,   68,   112, 120,  128,  136,  92,   16, 24,   24,    0,    true,  2,   LINES_LOCATIONS,  false, 72,   7616,   NULL},
    {0x030f, false, 16,  48,   68,   112, 120,  128,  136,  92,   16, 24,   24,    0,    true,  2,   LINES_LOCATIONS,  true,  72,   7536,   NULL},
    {0x030d, true,  32,  64,   84,   128, 136,  144,  152,  108,  32, 40,   40,    0,    true,  2,   LINES_LOCATIONS,  false, 72,   7616,   NULL},
    {0x030e, true,  32,  64,   84,   128, 136,  144,  152,  108,  32, 40,   40,    0,    true,  2,   LINES_LOCATIONS,  false, 72,   7616,   NULL},
    {0x030f, true,  32,  64,   84,   128, 136,  144,  152,  108,  32, 40,   40,    0,    true,  2,   LINES_LOCATIONS,  true,  72,   7536,   NULL},
};

const Version *version_find(uint32_t hex, bool free_threaded) {
    for (size_t i = 0; i < COUNT(versions); i++)
        if (versions[i].hex == hex >> 16 && versions[i].free_threaded == free_threaded) return &versions[i];
    return NULL;
}
