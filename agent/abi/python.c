/*
** Looking up the interpreter's functions and checking that its structures are what versions.c says.
*/
#include "abi/python.h"
#include "abi/tracing.h"
#include "os/os.h"

Python py;

/* PY_VERSION_HEX: a variable from 3.11 on; before, out of the text "3.8.18 (default, …": whoever reads it wants no level. */
static uint32_t version_hex(void) {
    const uint32_t *hex = os_symbol("Py_Version");
    const char *(*text)(void);
    *(void **)&text = os_symbol("Py_GetVersion");
    if (hex || !text) return hex ? *hex : 0;
    uint32_t part[3] = {0}, i = 0;
    for (const char *at = text(); i < 3 && (*at == '.' || (*at >= '0' && *at <= '9')); at++) {
        if (*at == '.')
            i++;
        else
            part[i] = part[i] * 10 + (uint32_t)(*at - '0');
    }
    return part[0] << 24 | part[1] << 16 | part[2] << 8 | 0xf0;
}

const char *python_start(void) {
#define RESOLVE(type, name, args)                  \
    *(void **)&py.name = os_symbol("Py" #name);    \
    if (!py.name) return "the interpreter does not export Py" #name;
    PYTHON_FUNCTIONS(RESOLVE)
#undef RESOLVE
#define LOOK_UP(type, name, args) *(void **)&py.name = os_symbol("Py" #name);
    PYTHON_NEWER_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
    py.hex = version_hex();
    py.none = os_symbol("_Py_NoneStruct");
    py.code_type = os_symbol("PyCode_Type");
    if (!py.hex || !py.none) return "the interpreter does not export its version";
    py.version = version_find(py.hex, os_symbol("_Py_DecRefShared") != NULL); /* only that build has it */
    if (!py.version) return "this version of CPython is not known to the agent (2.7 and 3.6 to 3.15 are)";
    return python_stand_in() ? NULL : "the interpreter does not export what this version of CPython does";
}

Text code_instructions(const Object *code) {
    const Version *v = py.version;
    if (v->code_inline) return (Text){(const char *)code + v->code_bytes, 2 * (size_t)code_field(code, v->head)}; /* ob_size */
    return object_bytes(code_field(code, v->code_bytes));
}

/* Whether attribute name of object is the same object as found, or the int that found points to. */
static bool same_object(Object *object, const char *name, const void *found) {
    Object *attribute = py.Object_GetAttrString(object, name);
    if (!attribute) {
        py.Err_Clear();
        return false;
    }
    bool same = attribute == found;
    py._DecRef(attribute);
    return same;
}

static bool same_int(Object *object, const char *name, uint32_t found) {
    Object *attribute = py.Object_GetAttrString(object, name);
    if (!attribute) {
        py.Err_Clear();
        return false;
    }
    bool same = py.Long_AsLong(attribute) == (long)found && (!py.version->long_tag || long_value(attribute) == found);
    py._DecRef(attribute);
    return same;
}

/* A copy of a code object is another one, so it has another version. Where there are none, all have the same number. */
static bool has_version(Object *code) {
    if (py.version->older) return code_version(code) != 0;
    Object *replace = py.Object_GetAttrString(code, "replace");
    Object *copy = replace ? py.Object_CallFunction(replace, NULL) : NULL;
    object_release(replace);
    bool fine = copy && code_version(code) && code_version(copy) && code_version(code) != code_version(copy);
    object_release(copy);
    return fine;
}

static bool has_layout(Object *code) {
    const Version *v = py.version;
    const char *lines = v->lines == LINES_UNSIGNED || v->lines == LINES_SIGNED ? "co_lnotab" : "co_linetable";
    return same_object(code, "co_filename", code_field(code, v->code_filename)) &&
           same_object(code, "co_name", code_field(code, v->code_name)) &&
           (!v->code_qualname || same_object(code, "co_qualname", code_field(code, v->code_qualname))) &&
           same_object(code, lines, code_field(code, v->code_lines)) &&
           same_object(code, "co_consts", code_field(code, v->code_consts)) &&
           (v->code_inline || same_object(code, "co_code", code_field(code, v->code_bytes))) &&
           same_int(code, "co_firstlineno", code_int(code, v->code_first)) &&
           same_int(code, "co_flags", code_int(code, v->code_flags)) && has_version(code);
}

const char *python_verify(void) {
    Object *frame = py.Eval_GetFrame();
    if (!frame) return "there is no running frame to check the interpreter with";
    Object *code = py.Frame_GetCode(frame);
    bool fine = has_layout(code);
    py._DecRef(code);
    py.Err_Clear();
    if (!fine) return "its code objects are not laid out as this version's are (a debug or modified build?)";
    return py.version->older ? tracing_start() : NULL;
}

Text object_bytes(Object *bytes) {
    char *at;
    Ssize size;
    if (!bytes || py.Bytes_AsStringAndSize(bytes, &at, &size) < 0) {
        py.Err_Clear();
        return TEXT("");
    }
    return (Text){at, (size_t)size};
}

Text object_text(Object *str, Object **keep) {
    Ssize size;
    *keep = NULL;
    if (!str) return TEXT("");
    const char *at = py.Unicode_AsUTF8AndSize(str, &size);
    if (at) return (Text){at, (size_t)size};
    py.Err_Clear(); /* no str, or one with lone surrogates: a file name that is not UTF-8 */
    *keep = py.Unicode_AsEncodedString(str, "utf-8", "surrogateescape");
    if (*keep) return object_bytes(*keep);
    py.Err_Clear();
    return TEXT("");
}
