/*
** The idea: a function object of CPython's points to a static PyMethodDef, and calls what stands in it at that moment.
** Another pointer there changes what is called for good, and next to nothing that a program can look at: the object,
** its name, signature and documentation stay.
**
** A wrapper hands on a copy of the environment with our variables in it, or exchanges environ where none is given. If
** anything is odd about the arguments, the function gets them as they are.
*/
#include "hook/children.h"
#include "abi/python.h"
#include "hook/environment.h"
#include "hook/inherited.h"

typedef Object *(*KeywordCallback)(Object *self, Object *const *args, Ssize count, Object *names);

static Object *on_execv(Object *self, Object *const *args, Ssize count);
static Object *on_execve(Object *self, Object *const *args, Ssize count, Object *names);
static Object *on_spawn(Object *self, Object *const *args, Ssize count, Object *names);
static Object *on_spawnp(Object *self, Object *const *args, Ssize count, Object *names);
static Object *on_system(Object *self, Object *const *args, Ssize count, Object *names);
static Object *on_fork_exec(Object *self, Object *const *args, Ssize count);
static Object *on_add_hook(Object *self, Object *const *args, Ssize count, Object *names);

typedef struct {
    const char *module, *name;
    void *wrapper;
    int flags; /* the calling convention, the same in all versions so far; another one is left alone */
    void *original;
} Wrapped;

enum { EXECV, EXECVE, SPAWN, SPAWNP, SYSTEM, ADD_HOOK, FORK_EXEC, WRAPPED };

static Wrapped wrapped[WRAPPED] = {
    {"posix", "execv", (void *)on_execv, METHOD_FASTCALL, NULL},
    {"posix", "execve", (void *)on_execve, METHOD_FASTCALL | METHOD_KEYWORDS, NULL},
    {"posix", "posix_spawn", (void *)on_spawn, METHOD_FASTCALL | METHOD_KEYWORDS, NULL},
    {"posix", "posix_spawnp", (void *)on_spawnp, METHOD_FASTCALL | METHOD_KEYWORDS, NULL},
    {"posix", "system", (void *)on_system, METHOD_FASTCALL | METHOD_KEYWORDS, NULL},
    {"sys", "addaudithook", (void *)on_add_hook, METHOD_FASTCALL | METHOD_KEYWORDS, NULL},
    {"_posixsubprocess", "fork_exec", (void *)on_fork_exec, METHOD_FASTCALL, NULL},
};

static bool started;

/* The definition behind a function object (PyCFunctionObject.m_ml); NULL if it is no such object. */
static MethodDef *definition_of(Object *function, const Wrapped *w) {
    void *called = py.CFunction_GetFunction(function);
    if (!called) return NULL;
    MethodDef *definition = *(MethodDef **)((char *)function + py.version->head);
    bool same = definition->function == called && definition->flags == py.CFunction_GetFlags(function);
    if (!same || definition->flags != w->flags || !text_equal(text_of(definition->name), text_of(w->name))) return NULL;
    return definition;
}

/* What stands under a name in a module that is imported; borrowed, NULL if there is none. */
static Object *imported(const char *module, const char *name) {
    Object *modules = py.Sys_GetObject("modules");
    Object *found = modules ? py.Dict_GetItemString(modules, module) : NULL;
    Object *names = found ? py.Module_GetDict(found) : NULL;
    return names ? py.Dict_GetItemString(names, name) : NULL;
}

/*
** The hash of a function object depends on the pointer, so a set that has it would not find it any more. When the
** loader runs, there is one: os.supports_fd.
*/
static void wrap(Wrapped *w) {
    Object *function = imported(w->module, w->name), *set = imported("os", "supports_fd");
    MethodDef *definition = function ? definition_of(function, w) : NULL;
    if (!definition) return;
    bool member = set && py.Set_Discard(set, function) > 0;
    w->original = definition->function;
    __atomic_store_n(&definition->function, w->wrapper, __ATOMIC_RELEASE);
    if (member) py.Set_Add(set, function);
}

void children_start(Text loader, Text agent) {
    environment_start(loader, agent);
    inherited_start();
    started = true;
    for (size_t i = 0; i < WRAPPED; i++) wrap(&wrapped[i]);
    py.Err_Clear();
}

/* The module is imported only by those that use it, and importing it here would show. */
void children_look(void) {
    if (!started || wrapped[FORK_EXEC].original) return;
    Pending pending = pending_take();
    wrap(&wrapped[FORK_EXEC]);
    py.Err_Clear();
    pending_give(pending);
}

static Object *call(const Wrapped *w, Object *self, Object *const *args, Ssize count, Object *names) {
    if (w->flags & METHOD_KEYWORDS) return ((KeywordCallback)w->original)(self, args, count, names);
    return ((Callback)w->original)(self, args, count);
}

static Object *call_inherited(const Wrapped *w, Object *self, Object *const *args, Ssize count, Object *names) {
    bool entered = inherited_enter();
    Object *result = call(w, self, args, count, names);
    if (entered) inherited_leave();
    return result;
}

/* A call that goes on with another environment than it was given, on this thread. */
typedef struct Call {
    Object *given, *passed;
    struct Call *outer;
} Call;

static __thread Call *current;

/* Calls with another object in place of argument at; takes over the reference to it. */
static Object *call_with(const Wrapped *w, Ssize at, Object *passed, Object *self, Object *const *args, Ssize count,
                         Object *names) {
    enum { MOST = 40 };
    Ssize all = count + (names ? py.Tuple_Size(names) : 0);
    Object *changed[MOST], *result;
    Call here = {args[at], passed, current};
    if (all <= MOST) {
        memcpy(changed, args, (size_t)all * sizeof *changed);
        changed[at] = passed;
        args = changed;
    }
    current = &here;
    result = call(w, self, args, count, names);
    current = here.outer;
    py._DecRef(passed);
    return result;
}

/* The place of the argument env: by position, or by name. -1: it is not there. */
static Ssize find_env(Ssize position, Ssize count, Object *names) {
    if (count > position) return position;
    for (Ssize i = 0, n = names ? py.Tuple_Size(names) : 0; i < n; i++) {
        Object *keep;
        bool found = text_equal(object_text(py.Tuple_GetItem(names, i), &keep), TEXT("env"));
        object_release(keep);
        if (found) return count + i;
    }
    return -1;
}

static Object *call_with_mapping(const Wrapped *w, Object *self, Object *const *args, Ssize count, Object *names) {
    Ssize at = find_env(2, count, names);
    if (at < 0) return call(w, self, args, count, names);
    if (args[at] == py.none) return call_inherited(w, self, args, count, names);
    Object *passed;
    EnvironmentResult result = environment_of_mapping(args[at], &passed);
    if (result == ENVIRONMENT_RAISED) return NULL;
    if (result == ENVIRONMENT_SAME) return call(w, self, args, count, names);
    return call_with(w, at, passed, self, args, count, names);
}

static Object *on_execv(Object *self, Object *const *args, Ssize count) {
    return call_inherited(&wrapped[EXECV], self, args, count, NULL);
}

static Object *on_execve(Object *self, Object *const *args, Ssize count, Object *names) {
    return call_with_mapping(&wrapped[EXECVE], self, args, count, names);
}

static Object *on_spawn(Object *self, Object *const *args, Ssize count, Object *names) {
    return call_with_mapping(&wrapped[SPAWN], self, args, count, names);
}

static Object *on_spawnp(Object *self, Object *const *args, Ssize count, Object *names) {
    return call_with_mapping(&wrapped[SPAWNP], self, args, count, names);
}

static Object *on_system(Object *self, Object *const *args, Ssize count, Object *names) {
    return call_inherited(&wrapped[SYSTEM], self, args, count, names);
}

/* preexec_fn as the child calls it. What it changes in environ comes first. */
static Object *before_exec(Object *program, Object *nothing) {
    (void)nothing;
    Object *result = py.Object_CallFunction(program, NULL);
    if (result) inherited_enter(); /* never left: what comes is the exec, or the end */
    return result;
}

static MethodDef before_exec_definition = {"preexec_fn", (void *)before_exec, METHOD_NOARGS, NULL};

static Object *on_fork_exec(Object *self, Object *const *args, Ssize count) {
    enum { ENV = 5, PREEXEC = 21 };
    const Wrapped *w = &wrapped[FORK_EXEC];
    Object *passed;
    if (count <= PREEXEC) return call(w, self, args, count, NULL);
    if (args[ENV] != py.none) {
        if (environment_of_list(args[ENV], &passed) == ENVIRONMENT_SAME) return call(w, self, args, count, NULL);
        return call_with(w, ENV, passed, self, args, count, NULL);
    }
    if (args[PREEXEC] == py.none) return call_inherited(w, self, args, count, NULL);
    passed = py.CFunction_NewEx(&before_exec_definition, args[PREEXEC], NULL);
    if (passed) return call_with(w, PREEXEC, passed, self, args, count, NULL);
    py.Err_Clear();
    return call(w, self, args, count, NULL);
}

/*
** os.execve and os.posix_spawn tell audit hooks of the environment that they got. Hooks in C come before the program's,
** and this one puts what the program gave in place of what was passed.
*/
static int on_audit(const char *event, Object *arguments, void *data) {
    (void)event, (void)data;
    Ssize count = current && arguments ? py.Tuple_Size(arguments) : 0;
    for (Ssize i = 0; i < count; i++) {
        if (py.Tuple_GetItem(arguments, i) != current->passed) continue;
        py._IncRef(current->given);
        py.Tuple_SetItem(arguments, i, current->given);
    }
    if (count) py.Err_Clear(); /* a tuple that is shared cannot be changed */
    return 0;
}

/* A hook costs every event something, so there is none of ours before the program has one. */
static Object *on_add_hook(Object *self, Object *const *args, Ssize count, Object *names) {
    static bool added;
    if (!added) {
        added = true;
        if (py.Sys_AddAuditHook(on_audit, NULL) < 0) py.Err_Clear();
    }
    return call(&wrapped[ADD_HOOK], self, args, count, names);
}
