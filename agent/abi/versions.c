/*
** One row per minor version of CPython. How to add one: docs/python-versions.md.
**
** Where the figures come from: Include/cpython/code.h and longintrepr.h of each version, for 64-bit pointers. python_verify compares every row with the running interpreter.
*/
#include "abi/python.h"

static const Version versions[] = {
    /* hex   free   head flags first file  qual  lines vers tag digit unwind */
    {0x030c, false, 16,  48,   68,   112,  128,  136,  92,  16, 24,   false},
    {0x030d, false, 16,  48,   68,   112,  128,  136,  92,  16, 24,   false},
    {0x030e, false, 16,  48,   68,   112,  128,  136,  92,  16, 24,   false},
    {0x030f, false, 16,  48,   68,   112,  128,  136,  92,  16, 24,   true},
    {0x030d, true,  32,  64,   84,   128,  144,  152,  108, 32, 40,   false},
    {0x030e, true,  32,  64,   84,   128,  144,  152,  108, 32, 40,   false},
    {0x030f, true,  32,  64,   84,   128,  144,  152,  108, 32, 40,   true},
};

const Version *version_find(uint32_t hex, bool free_threaded) {
    for (size_t i = 0; i < COUNT(versions); i++)
        if (versions[i].hex == hex >> 16 && versions[i].free_threaded == free_threaded) return &versions[i];
    return NULL;
}
