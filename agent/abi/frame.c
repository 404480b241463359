#include "abi/frame.h"
#include "os/os.h"

static const char *(*thread_state)(void); /* PyThreadState_Get; NULL: frames are not found */

/* Before 3.13 there is a step between, which begins with it. */
static const void *innermost(void) {
    const void *at = *(const void *const *)(thread_state() + py.version->thread_frame);
    return py.version->hex < 0x030d && at ? *(const void *const *)at : at;
}

void frame_start(void) {
    if (!py.version->thread_frame) return;
    *(void **)&thread_state = os_symbol("PyThreadState_Get");
    const char *frame = thread_state ? (const char *)py.Eval_GetFrame() : NULL; /* borrowed: PyFrameObject */
    size_t inside = py.version->head + sizeof(void *);                      /* f_frame, after f_back */
    if (!frame || *(const void *const *)(frame + inside) != innermost()) thread_state = NULL;
}

/* It begins with its code object. Where reference counts are left out of some references, these have marks at their end. */
const void *frame_current(const Object *code) {
    enum { MARKS = 3 };
    const void *frame = thread_state ? innermost() : NULL;
    return frame && (*(const uintptr_t *)frame & ~(uintptr_t)MARKS) == (uintptr_t)code ? frame : NULL;
}
