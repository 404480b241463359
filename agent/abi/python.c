/*
** Looking up the interpreter's functions and checking that its structures are what versions.c says.
*/
#include "abi/python.h"
#include "os/os.h"

Python py;

const char *python_start(void) {
#define RESOLVE(type, name, args)                  \
    *(void **)&py.name = os_symbol("Py" #name);    \
    if (!py.name) return "the interpreter does not export Py" #name;
    PYTHON_FUNCTIONS(RESOLVE)
#undef RESOLVE
    const uint32_t *hex = os_symbol("Py_Version");
    py.none = os_symbol("_Py_NoneStruct");
    if (!hex || !py.none) return "the interpreter does not export Py_Version";
    py.hex = *hex;
    py.version = version_find(py.hex, os_symbol("_Py_DecRefShared") != NULL); /* only that build has it */
    if (!py.version) return "this version of CPython is not known to the agent (3.12 to 3.15 are)";
    return NULL;
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
    bool same = long_value(attribute) == found && py.Long_AsLong(attribute) == (long)found;
    py._DecRef(attribute);
    return same;
}

/* A copy of a code object is another one, so it has another version. */
static bool has_version(Object *code) {
    Object *replace = py.Object_GetAttrString(code, "replace");
    Object *copy = replace ? py.Object_CallFunction(replace, NULL) : NULL;
    object_release(replace);
    bool fine = copy && code_version(code) && code_version(copy) && code_version(code) != code_version(copy);
    object_release(copy);
    return fine;
}

const char *python_verify(void) {
    const Version *v = py.version;
    Object *frame = py.Eval_GetFrame();
    if (!frame) return "there is no running frame to check the interpreter with";
    Object *code = py.Frame_GetCode(frame);
    bool fine = same_object(code, "co_filename", code_field(code, v->code_filename)) &&
                same_object(code, "co_qualname", code_field(code, v->code_qualname)) &&
                same_object(code, "co_linetable", code_field(code, v->code_lines)) &&
                same_int(code, "co_firstlineno", code_int(code, v->code_first)) &&
                same_int(code, "co_flags", code_int(code, v->code_flags));
    fine = fine && has_version(code);
    py._DecRef(code);
    py.Err_Clear();
    return fine ? NULL : "its code objects are not laid out as this version's are (a debug or modified build?)";
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
