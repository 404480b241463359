/*
** The interpreter, without its headers: functions are looked up by name when the agent is loaded, and the few struct
** offsets that are read come from the table in versions.c.
*/
#ifndef AGENT_PYTHON_H
#define AGENT_PYTHON_H

#include "base/base.h"

typedef struct Object Object; /* PyObject */
typedef intptr_t Ssize;       /* Py_ssize_t */

/* How a code object says which instruction is on which line. */
typedef enum {
    LINES_UNSIGNED,  /* co_lnotab with deltas of lines that are never negative */
    LINES_SIGNED,    /* co_lnotab */
    LINES_RANGES,    /* co_linetable of 3.10 (PEP 626) */
    LINES_LOCATIONS, /* co_linetable from 3.11 on */
} LineFormat;

/* Where the interpreter counts the threads that have a trace function: it looks at lines only if there are any. */
typedef enum { COUNTER_NONE, COUNTER_HIDDEN, COUNTER_RUNTIME, COUNTER_INTERPRETER } Counter;

/* What a version without sys.monitoring hides behind a frame and a thread state (see tracing.h); offsets in bytes. */
typedef struct {
    uint16_t frame_inside;      /* PyFrameObject: f_frame, in which the others are, but for the line; 0: there is none */
    uint16_t frame_code;        /* PyObject *f_code */
    uint16_t frame_back;        /* f_back, or previous */
    uint16_t frame_globals;     /* PyObject *f_globals */
    uint16_t frame_instruction; /* int f_lasti, or a pointer to the instruction */
    uint16_t frame_line;        /* int f_lineno */
    uint8_t step;               /* bytes that f_lasti counts in; 0: it is a pointer */
    bool use_inside;            /* use_tracing is at the start of what thread_use points to */
    uint8_t use_size;           /* bytes of use_tracing: 1 of all ones, 4 of a one */
    Counter counter;
    uint16_t counter_at;
    uint16_t thread_frame;       /* PyThreadState: frame; with frame_inside: current_frame in its cframe */
    uint16_t thread_tracing;     /* int tracing */
    uint16_t thread_use;         /* int use_tracing, or cframe */
    uint16_t thread_function[2]; /* c_tracefunc, c_profilefunc */
    uint16_t thread_object[2];   /* c_traceobj, c_profileobj */
    uint16_t thread_interpreter; /* interp */
} Older;

/* The offsets of one minor version's build on a 64-bit CPU, in bytes. */
typedef struct {
    uint32_t hex;           /* PY_VERSION_HEX >> 16: 0x030c is 3.12 */
    bool free_threaded;     /* the build without a global lock: an object's head is larger */
    uint16_t head;          /* bytes of PyObject */
    uint16_t code_flags;    /* PyCodeObject: int co_flags */
    uint16_t code_first;    /* int co_firstlineno */
    uint16_t code_filename; /* PyObject *co_filename */
    uint16_t code_name;     /* PyObject *co_name */
    uint16_t code_qualname; /* PyObject *co_qualname; 0: there is none */
    uint16_t code_lines;    /* PyObject *co_lnotab or co_linetable */
    uint16_t code_version;  /* uint32_t co_version, or what is the same in all code objects */
    uint16_t long_tag;      /* PyLongObject: uintptr_t lv_tag; 0: its size is coded otherwise */
    uint16_t long_digit;    /* digit ob_digit[0] */
    uint16_t code_consts;   /* PyObject *co_consts */
    uint16_t code_bytes;    /* PyObject *co_code, or the code itself; 0: not read */
    bool code_inline;       /* the code itself */
    uint8_t unit;           /* bytes of the shortest instruction */
    LineFormat lines;
    bool unwind_local;      /* PY_UNWIND can be set on a code object (else only for all) */
    uint16_t thread_frame;  /* PyThreadState: _PyInterpreterFrame *current_frame; 3.12: cframe, which begins with it; 0: older */
    uint16_t callbacks;     /* PyInterpreterState: PyObject *gc.callbacks; 0: not read */
    const Older *older;     /* NULL from 3.12 on */
} Version;

const Version *version_find(uint32_t hex, bool free_threaded); /* NULL: not a version the agent knows */

typedef struct {
    const char *name;
    void *function; /* of type Callback */
    int flags;
    const char *doc;
} MethodDef; /* PyMethodDef */

typedef Object *(*Callback)(Object *self, Object *const *args, Ssize count);
enum { METHOD_VARARGS = 0x01, METHOD_KEYWORDS = 0x02, METHOD_NOARGS = 0x04, METHOD_O = 0x08, METHOD_FASTCALL = 0x80 };

/* Everything that is called, each by its name in the C API (with "Py" in front). See python.c. */
#define PYTHON_FUNCTIONS(X)                                                                  \
    X(void, Err_Fetch, (Object **, Object **, Object **))                                    \
    X(void, Err_Restore, (Object *, Object *, Object *))                                     \
    X(void, Err_Clear, (void))                                                               \
    X(Object *, Object_GetAttrString, (Object *, const char *))                              \
    X(Object *, Object_GenericGetAttr, (Object *, Object *))                                 \
    X(Object *, Object_CallFunction, (Object *, const char *, ...))                          \
    X(long, Long_AsLong, (Object *))                                                         \
    X(Object *, Long_FromUnsignedLongLong, (unsigned long long))                             \
    X(Object *, Module_GetDict, (Object *))                                                  \
    X(Ssize, List_Size, (Object *))                                                          \
    X(Object *, List_GetItem, (Object *, Ssize))                                             \
    X(Object *, Sys_GetObject, (const char *))                                               \
    X(Object *, Eval_GetGlobals, (void))                                                     \
    X(Object *, Eval_GetFrame, (void))                                                       \
    X(int, Frame_GetLineNumber, (Object *))                                                  \
    X(Object *, Dict_Values, (Object *))                                                     \
    X(Object *, Dict_New, (void))                                                            \
    X(Object *, Dict_Copy, (Object *))                                                       \
    X(int, Dict_SetItem, (Object *, Object *, Object *))                                     \
    X(Object *, Dict_GetItemString, (Object *, const char *))                                \
    X(Object *, List_New, (Ssize))                                                           \
    X(int, List_Append, (Object *, Object *))                                                \
    X(int, List_SetItem, (Object *, Ssize, Object *))                                        \
    X(Object *, Tuple_New, (Ssize))                                                          \
    X(Ssize, Tuple_Size, (Object *))                                                         \
    X(Object *, Tuple_GetItem, (Object *, Ssize))                                            \
    X(int, Tuple_SetItem, (Object *, Ssize, Object *))                                       \
    X(int, Set_Discard, (Object *, Object *))                                                \
    X(int, Set_Add, (Object *, Object *))                                                    \
    X(int, Mapping_Check, (Object *))                                                        \
    X(Ssize, Mapping_Size, (Object *))                                                       \
    X(void *, CFunction_GetFunction, (Object *))                                             \
    X(int, CFunction_GetFlags, (Object *))                                                   \
    X(Object *, CFunction_NewEx, (MethodDef *, Object *, Object *))                          \
    X(Object *, CFunction_GetSelf, (Object *))                                               \
    X(void, Err_WriteUnraisable, (Object *))                                                 \
    X(void, Object_GC_UnTrack, (void *))                                                     \
    X(Object *, Capsule_New, (void *, const char *, void (*)(Object *)))                     \
    X(void *, Capsule_GetPointer, (Object *, const char *))                                  \
    X(unsigned long, Thread_get_thread_ident, (void))                                        \
    X(void, _IncRef, (Object *))                                                             \
    X(void, _DecRef, (Object *))

/* The same, of which some versions lack some: there, older.c stands in. */
#define PYTHON_NEWER_FUNCTIONS(X)                                                            \
    X(Object *, Frame_GetCode, (Object *))                                                   \
    X(Object *, Frame_GetBack, (Object *))                                                   \
    X(Object *, Frame_GetGlobals, (Object *))                                                \
    X(const char *, Unicode_AsUTF8AndSize, (Object *, Ssize *))                              \
    X(Object *, Unicode_AsEncodedString, (Object *, const char *, const char *))             \
    X(Object *, Unicode_InternFromString, (const char *))                                    \
    X(int, Bytes_AsStringAndSize, (Object *, char **, Ssize *))                              \
    X(Object *, Dict_GetItemWithError, (Object *, Object *))                                 \
    X(Object *, Mapping_Keys, (Object *))                                                    \
    X(Object *, Mapping_Values, (Object *))                                                  \
    X(int, Unicode_FSConverter, (Object *, void *))                                          \
    X(Object *, Bytes_FromStringAndSize, (const char *, Ssize))                              \
    X(int, Sys_AddAuditHook, (int (*)(const char *, Object *, void *), void *))

typedef struct {
#define DECLARE(type, name, args) type(*name) args;
    PYTHON_FUNCTIONS(DECLARE)
    PYTHON_NEWER_FUNCTIONS(DECLARE)
#undef DECLARE
    Object *none;
    void *code_type; /* PyCode_Type */
    uint32_t hex;
    const Version *version;
} Python;

extern Python py;

/* An exception that is on its way while something else is asked for. */
typedef struct {
    Object *type, *value, *traceback;
} Pending;

static inline Pending pending_take(void) {
    Pending pending;
    py.Err_Fetch(&pending.type, &pending.value, &pending.traceback);
    return pending;
}

/* Sets it again, in place of one that came up meanwhile. */
static inline void pending_give(Pending pending) {
    py.Err_Restore(pending.type, pending.value, pending.traceback);
}

/* Stands in for functions that this version lacks (older.c). False: for one of them it cannot. */
bool python_stand_in(void);

/* Fills py. NULL, or why this interpreter cannot be traced (static text). */
const char *python_start(void);

/* Compares the offsets with what the interpreter itself says about the running code; NULL or why not. */
const char *python_verify(void);

static inline void *code_field(const Object *code, uint16_t offset) {
    return *(void *const *)((const char *)code + offset);
}

static inline uint32_t code_int(const Object *code, uint16_t offset) { return get32((const char *)code + offset); }

/* The instructions of a code object before 3.12. 3.11 has them inline, and of what length is not needed there. */
Text code_instructions(const Object *code);

/*
** The number that the interpreter gives a code object when it makes it, and to no other. So the pair of address and
** version stands for one code object for ever, although addresses are used again. 0: the interpreter has run out of
** numbers, after 2^32. Before 3.12 there are none: it is the same for all, and code objects are forgotten when they go.
*/
static inline uint32_t code_version(const Object *code) { return code_int(code, py.version->code_version); }

/* The value of an int that is never negative; compact ints have a tag below 16 (Include/cpython/longintrepr.h). */
static inline uint32_t long_value(Object *n) {
    if (LIKELY((uintptr_t)code_field(n, py.version->long_tag) < 16)) return code_int(n, py.version->long_digit);
    long v = py.Long_AsLong(n);
    return v < 0 ? 0 : (uint32_t)v;
}

/* The text of a str (or the bytes of one with lone surrogates); keep is to be released with object_release, or NULL. */
Text object_text(Object *str, Object **keep);
Text object_bytes(Object *bytes);
static inline void object_release(Object *o) {
    if (o) py._DecRef(o);
}

/* An extension module may say that anything else starts (PyMonitoring_FirePyStartEvent). */
static inline bool object_is_code(const Object *object) {
    return !py.code_type || code_field(object, py.version->head - 8U) == py.code_type;
}

#endif
