/*
** One row per minor version of CPython. How to add one: docs/python-versions.md.
**
** Where the figures come from: Include/cpython/code.h and longintrepr.h of each version, for the default build (with
** the global interpreter lock) and 64-bit pointers. python_verify compares every row with the running interpreter.
*/
#include "abi/python.h"

static const Version versions[] = {
    /* hex   flags first file  qual  lines vers tag digit unwind */
    {0x030c, 48, 68, 112, 128, 136, 92,  16, 24, false},
    {0x030d, 48, 68, 112, 128, 136, 92,  16, 24, false},
    {0x030e, 48, 68, 112, 128, 136, 92,  16, 24, false},
    {0x030f, 48, 68, 112, 128, 136, 92,  16, 24, true},
};

const Version *version_find(uint32_t hex) {
    for (size_t i = 0; i < COUNT(versions); i++)
        if (versions[i].hex == hex >> 16) return &versions[i];
    return NULL;
}
