/*
** Stand-ins for functions of the C API that came later, so that nothing outside of this folder asks for the version.
*/
#include "abi/python.h"
#include "abi/tracing.h"
#include "os/os.h"

static Object *new_reference(Object *o) {
    if (o) py._IncRef(o);
    return o;
}

static Object *get_code(Object *frame) { return new_reference((Object *)frame_code(frame)); }
static Object *get_back(Object *frame) {
    return new_reference(code_field(frame, older.frame_back)); /* 3.11 has the function */
}
static Object *get_globals(Object *frame) {
    return new_reference(code_field(frame_inside(frame), older.frame_globals));
}

static int no_audit_hooks(int (*hook)(const char *, Object *, void *), void *data) {
    (void)hook, (void)data;
    return 0;
}

/* Python 2: what it calls str is bytes, and names and files are such. */
static const char *bytes_as_text(Object *bytes, Ssize *size) {
    char *at;
    return py.Bytes_AsStringAndSize(bytes, &at, size) < 0 ? NULL : at;
}

static Object *keys_of(Object *mapping) {
    Object *method = py.Object_GetAttrString(mapping, "keys");
    Object *keys = method ? py.Object_CallFunction(method, NULL) : NULL;
    object_release(method);
    return keys;
}

static Object *values_of(Object *mapping) {
    Object *method = py.Object_GetAttrString(mapping, "values");
    Object *values = method ? py.Object_CallFunction(method, NULL) : NULL;
    object_release(method);
    return values;
}

/* As PyUnicode_FSConverter, of which the caller only uses that it makes bytes. */
static int to_bytes(Object *object, void *out) {
    char *at;
    Ssize size;
    Object *bytes = py.Bytes_AsStringAndSize(object, &at, &size) < 0 ? NULL : py.Bytes_FromStringAndSize(at, size);
    *(Object **)out = bytes;
    return bytes != NULL;
}

#define USE(name, function) \
    if (!py.name) py.name = function

static void *find(const char *first, const char *second) {
    void *found = os_symbol(first);
    return found ? found : os_symbol(second);
}

static void stand_in_for_python_2(void) {
    *(void **)&py.Bytes_AsStringAndSize = os_symbol("PyString_AsStringAndSize");
    *(void **)&py.Bytes_FromStringAndSize = os_symbol("PyString_FromStringAndSize");
    *(void **)&py.Unicode_InternFromString = os_symbol("PyString_InternFromString");
    *(void **)&py.Unicode_AsEncodedString = find("PyUnicodeUCS4_AsEncodedString", "PyUnicodeUCS2_AsEncodedString");
    *(void **)&py.Dict_GetItemWithError = os_symbol("_PyDict_GetItemWithError");
    py.Unicode_AsUTF8AndSize = bytes_as_text;
    py.Unicode_FSConverter = to_bytes;
    py.Mapping_Keys = keys_of;
    py.Mapping_Values = values_of;
}

bool python_stand_in(void) {
    if (py.version->older) {
        older = *py.version->older;
        USE(Frame_GetCode, get_code);
        USE(Frame_GetBack, get_back);
        USE(Frame_GetGlobals, get_globals);
        USE(Sys_AddAuditHook, no_audit_hooks);
    }
    if (py.version->hex >> 8 == 2) stand_in_for_python_2();
    bool whole = true;
#define LOOK(type, name, args) whole = whole && py.name;
    PYTHON_NEWER_FUNCTIONS(LOOK)
#undef LOOK
    return whole;
}
