#include "record/stack.h"
#include "abi/parallel.h"

bool stack_grow(Thread *thread) {
    size_t size = (size_t)((char *)thread->frames_end - (char *)thread->frames);
    size_t open = (size_t)(thread->top - thread->frames);
    Frame *moved = os_memory_grow(thread->frames, size, size * 2);
    if (!moved) return false;
    thread->frames = moved;
    thread->frames_end = (Frame *)((char *)moved + size * 2);
    thread->top = moved + open;
    return true;
}

static Frame *push(Thread *thread, const Object *object, const Code *code) {
    Frame *frame = ++thread->top;
    *frame = (Frame){.object = object, .base = code->base, .location = code->base, .entered = thread->ticks, .code = code};
    frame->bias = code->bias;
    frame->count = code->dense;
    return frame;
}

static void reverse(Frame *first, Frame *last) {
    for (; first < last; first++, last--) {
        Frame swapped = *first;
        *first = *last;
        *last = swapped;
    }
}

/* Pushes a frame of the interpreter's if its code is recorded. False: no memory. */
static bool push_real(Thread *thread, Object *real, const Object *opening) {
    Object *object = py.Frame_GetCode(real);
    const Code *code = object == opening ? NULL : code_find(object, interpreter_number());
    bool fine = !code || code == &code_left_out || stack_has_room(thread) || stack_grow(thread);
    if (fine && code && code != &code_left_out) {
        Frame *frame = push(thread, object, code);
        int line = py.Frame_GetLineNumber(real);
        if (line > 0) frame->location = code_line(code, (uint32_t)line);
    }
    py._DecRef(object);
    return fine;
}

void stack_rebuild(Thread *thread, const Object *opening) {
    Pending pending = pending_take();
    Object *real = py.Eval_GetFrame(); /* borrowed */
    if (real) py._IncRef(real);
    thread->top = thread->frames;
    while (real) { /* the innermost first; without memory, the outer ones are left out */
        Object *back = push_real(thread, real, opening) ? py.Frame_GetBack(real) : NULL;
        py._DecRef(real);
        real = back;
        opening = NULL; /* only the innermost can be it: in a recursion others have the same code */
    }
    reverse(thread->frames + 1, thread->top);
    py.Err_Clear();
    pending_give(pending);
}

static Frame *innermost(const Thread *thread, const Code *code) {
    for (Frame *frame = thread->top; frame > thread->frames; frame--)
        if (frame->base == code->base) return frame;
    return NULL;
}

void thread_close_frame(Thread *thread, const Code *code) {
    Frame *frame = innermost(thread, code);
    if (frame) thread->top = frame - 1;
}

Frame *thread_find_frame(Thread *thread, const Object *object, const Code *code) {
    Frame *frame = innermost(thread, code);
    if (frame) return thread->top = frame;
    return push(thread, object, code); /* entered before recording began; thread_make_room left room for it */
}
