#include "hook/wrapped.h"

enum { CONVENTION = METHOD_VARARGS | METHOD_KEYWORDS | METHOD_NOARGS | METHOD_O | METHOD_FASTCALL };

/* The definition behind a function object (PyCFunctionObject.m_ml); NULL if it is no such object. */
static MethodDef *definition_of(Object *function, const Wrapped *w) {
    void *called = py.CFunction_GetFunction(function);
    if (!called) return NULL;
    MethodDef *definition = *(MethodDef **)((char *)function + py.version->head);
    bool same = definition->function == called && definition->flags == py.CFunction_GetFlags(function);
    if (!same || definition->flags & ~CONVENTION || !text_equal(text_of(definition->name), text_of(w->name))) return NULL;
    return definition;
}

Object *imported(const char *module, const char *name) {
    Object *modules = py.Sys_GetObject("modules");
    Object *found = modules ? py.Dict_GetItemString(modules, module) : NULL;
    Object *names = found ? py.Module_GetDict(found) : NULL;
    return names ? py.Dict_GetItemString(names, name) : NULL;
}

/*
** The hash of a function object depends on the pointer, so a set that has it would not find it any more. When the
** loader runs, there is one: os.supports_fd.
*/
void wrap(Wrapped *w) {
    if (w->original) return;
    Object *function = imported(w->module, w->name), *set = imported("os", "supports_fd");
    MethodDef *definition = function ? definition_of(function, w) : NULL;
    py.Err_Clear();
    if (!definition) return;
    void *called = definition->function, *nothing = NULL;
    w->flags = definition->flags;
    if (called == (void *)w->entry || /* another thread was faster */
        !__atomic_compare_exchange_n((void **)&w->original, &nothing, called, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return;
    bool member = set && py.Set_Discard(set, function) > 0;
    __atomic_store_n(&definition->function, (void *)w->entry, __ATOMIC_RELEASE);
    if (member) py.Set_Add(set, function);
    py.Err_Clear();
}

static bool takes_array(const Call *call) { return call->wrapped->flags & METHOD_FASTCALL; }
static bool takes_tuple(const Call *call) { return call->wrapped->flags & METHOD_VARARGS; }

/* In 3.6 there is one convention with an array, and it always has names. */
static bool takes_names(const Call *call) {
    return call->wrapped->flags & METHOD_KEYWORDS || (takes_array(call) && py.version->hex == 0x0306);
}

static Object *given_names(const Call *call) {
    if (!takes_names(call)) return NULL;
    return takes_array(call) ? call->c : call->b;
}

Object *call_original(const Call *call) { return call->wrapped->original(call->self, call->a, call->b, call->c); }

Ssize call_positional(const Call *call) {
    if (takes_array(call)) return (Ssize)call->b;
    if (takes_tuple(call)) return py.Tuple_Size(call->a);
    return call->wrapped->flags & METHOD_O ? 1 : 0;
}

/* The place of a name in an array of arguments; -1: it is not there. */
static Ssize find_name(const Call *call, const char *name) {
    Object *names = given_names(call);
    for (Ssize i = 0, n = names ? py.Tuple_Size(names) : 0; name && i < n; i++) {
        Object *keep;
        bool found = text_equal(object_text(py.Tuple_GetItem(names, i), &keep), text_of(name));
        object_release(keep);
        if (found) return call_positional(call) + i;
    }
    return -1;
}

Object *call_argument(const Call *call, Ssize position, const char *name) {
    if (position < call_positional(call)) {
        if (takes_array(call)) return ((Object **)call->a)[position];
        return takes_tuple(call) ? py.Tuple_GetItem(call->a, position) : call->a;
    }
    if (takes_array(call)) {
        Ssize at = find_name(call, name);
        return at < 0 ? NULL : ((Object **)call->a)[at];
    }
    Object *names = given_names(call);
    return names && name ? py.Dict_GetItemString(names, name) : NULL;
}

static Object *call_array_with(const Call *call, Ssize at, Object *value) {
    enum { MOST = 40 };
    Object *names = given_names(call), *changed[MOST];
    Ssize all = call_positional(call) + (names ? py.Tuple_Size(names) : 0);
    Call other = *call;
    if (at >= 0 && all <= MOST) {
        memcpy(changed, call->a, (size_t)all * sizeof *changed);
        changed[at] = value;
        other.a = changed;
    }
    return call_original(&other);
}

static Object *call_tuple_with(const Call *call, Ssize position, Object *value) {
    Ssize count = py.Tuple_Size(call->a);
    Object *tuple = py.Tuple_New(count);
    if (!tuple) return NULL;
    for (Ssize i = 0; i < count; i++) {
        Object *item = i == position ? value : py.Tuple_GetItem(call->a, i);
        py._IncRef(item);
        py.Tuple_SetItem(tuple, i, item);
    }
    Call other = *call;
    other.a = tuple;
    Object *result = call_original(&other);
    py._DecRef(tuple);
    return result;
}

static Object *call_dict_with(const Call *call, const char *name, Object *value) {
    Object *dict = py.Dict_Copy(given_names(call)), *key = py.Unicode_InternFromString(name), *result = NULL;
    if (dict && key && py.Dict_SetItem(dict, key, value) == 0) {
        Call other = *call;
        other.b = dict;
        result = call_original(&other);
    }
    object_release(key);
    object_release(dict);
    return result;
}

Object *call_with(const Call *call, Ssize position, const char *name, Object *value) {
    bool by_place = position < call_positional(call);
    if (takes_array(call)) return call_array_with(call, by_place ? position : find_name(call, name), value);
    if (!takes_tuple(call)) return call_original(call);
    return by_place ? call_tuple_with(call, position, value) : call_dict_with(call, name, value);
}
