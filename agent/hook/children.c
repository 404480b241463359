/*
** A wrapper (see wrapped.h) hands on a copy of the environment with our variables in it, or exchanges environ where none
** is given. If anything is odd about the arguments, the function gets them as they are.
*/
#include "hook/children.h"
#include "abi/python.h"
#include "hook/environment.h"
#include "hook/inherited.h"
#include "hook/wrapped.h"

static Object *on_execv(Object *self, void *a, void *b, void *c);
static Object *on_execve(Object *self, void *a, void *b, void *c);
static Object *on_spawn(Object *self, void *a, void *b, void *c);
static Object *on_spawnp(Object *self, void *a, void *b, void *c);
static Object *on_system(Object *self, void *a, void *b, void *c);
static Object *on_popen(Object *self, void *a, void *b, void *c);
static Object *on_add_hook(Object *self, void *a, void *b, void *c);
static Object *on_fork_exec(Object *self, void *a, void *b, void *c);

/* Not every version has all. posix.popen is Python 2's. */
enum { EXECV, EXECVE, SPAWN, SPAWNP, SYSTEM, POPEN, ADD_HOOK, FORK_EXEC, WRAPPED };

static Wrapped wrapped[WRAPPED] = {
    {"posix", "execv", on_execv, 0, NULL},
    {"posix", "execve", on_execve, 0, NULL},
    {"posix", "posix_spawn", on_spawn, 0, NULL},
    {"posix", "posix_spawnp", on_spawnp, 0, NULL},
    {"posix", "system", on_system, 0, NULL},
    {"posix", "popen", on_popen, 0, NULL},
    {"sys", "addaudithook", on_add_hook, 0, NULL},
    {"_posixsubprocess", "fork_exec", on_fork_exec, 0, NULL},
};

static bool started;

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

static Object *call_inherited(const Call *call) {
    bool entered = inherited_enter();
    Object *result = call_original(call);
    if (entered) inherited_leave();
    return result;
}

/* A call that goes on with another environment than it was given, on this thread. */
typedef struct Exchanged {
    Object *given, *passed;
    struct Exchanged *outer;
} Exchanged;

static __thread Exchanged *current;

/* Calls with another object in place of an argument; takes over the reference to it. */
static Object *call_exchanged(const Call *call, Ssize position, const char *name, Object *passed) {
    Exchanged here = {call_argument(call, position, name), passed, current};
    current = &here;
    Object *result = call_with(call, position, name, passed);
    current = here.outer;
    py._DecRef(passed);
    return result;
}

static Object *call_with_mapping(const Call *call) {
    enum { ENV = 2 };
    Object *given = call_argument(call, ENV, "env"), *passed;
    if (!given) return call_original(call);
    if (given == py.none) return call_inherited(call);
    EnvironmentResult result = environment_of_mapping(given, &passed);
    if (result == ENVIRONMENT_RAISED) return NULL;
    if (result == ENVIRONMENT_SAME) return call_original(call);
    return call_exchanged(call, ENV, "env", passed);
}

static Object *on_execv(Object *self, void *a, void *b, void *c) {
    return call_inherited(&(Call){&wrapped[EXECV], self, a, b, c});
}

static Object *on_execve(Object *self, void *a, void *b, void *c) {
    return call_with_mapping(&(Call){&wrapped[EXECVE], self, a, b, c});
}

static Object *on_spawn(Object *self, void *a, void *b, void *c) {
    return call_with_mapping(&(Call){&wrapped[SPAWN], self, a, b, c});
}

static Object *on_spawnp(Object *self, void *a, void *b, void *c) {
    return call_with_mapping(&(Call){&wrapped[SPAWNP], self, a, b, c});
}

static Object *on_system(Object *self, void *a, void *b, void *c) {
    return call_inherited(&(Call){&wrapped[SYSTEM], self, a, b, c});
}

static Object *on_popen(Object *self, void *a, void *b, void *c) {
    return call_inherited(&(Call){&wrapped[POPEN], self, a, b, c});
}

/* preexec_fn as the child calls it. What it changes in environ comes first. */
static Object *before_exec(Object *program, Object *nothing) {
    (void)nothing;
    Object *result = py.Object_CallFunction(program, NULL);
    if (result) inherited_enter(); /* never left: what comes is the exec, or the end */
    return result;
}

static MethodDef before_exec_definition = {"preexec_fn", (void *)before_exec, METHOD_NOARGS, NULL};

/* preexec_fn is the last argument, but for allow_vfork behind it from 3.11 on. */
static Ssize preexec_place(const Call *call) {
    enum { WITH_ALLOW_VFORK = 23 };
    Ssize count = call_positional(call);
    return count >= WITH_ALLOW_VFORK ? count - 2 : count - 1;
}

static Object *on_fork_exec(Object *self, void *a, void *b, void *c) {
    enum { ENV = 5, FEWEST = 17 };
    Call call = {&wrapped[FORK_EXEC], self, a, b, c};
    Object *passed;
    if (call_positional(&call) < FEWEST) return call_original(&call);
    Object *given = call_argument(&call, ENV, NULL);
    if (given != py.none) {
        if (environment_of_list(given, &passed) == ENVIRONMENT_SAME) return call_original(&call);
        return call_exchanged(&call, ENV, NULL, passed);
    }
    Ssize preexec = preexec_place(&call);
    Object *program = call_argument(&call, preexec, NULL);
    if (program == py.none) return call_inherited(&call);
    passed = py.CFunction_NewEx(&before_exec_definition, program, NULL);
    if (passed) return call_exchanged(&call, preexec, NULL, passed);
    py.Err_Clear();
    return call_original(&call);
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
static Object *on_add_hook(Object *self, void *a, void *b, void *c) {
    static bool added;
    bool first = !__atomic_exchange_n(&added, true, __ATOMIC_RELAXED);
    if (first && py.Sys_AddAuditHook(on_audit, NULL) < 0) py.Err_Clear();
    return call_original(&(Call){&wrapped[ADD_HOOK], self, a, b, c});
}
