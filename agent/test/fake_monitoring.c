#include "test/fake_monitoring.h"

#include <sched.h>
#include <stdarg.h>

#include "abi/parallel.h"
#include "test/fake.h"
#include "test/test.h"

enum { INTERPRETERS = 8, TOOLS = 6, LOCAL = 248 /* where in a code object its events are kept */ };

/* All have a head of 16 bytes, and what the agent looks for behind it. */
typedef struct {
    long references;
    void *type, *pointer;
    void (*end)(Object *);
} FakeCapsule;

typedef struct {
    long references;
    void *type;
    const MethodDef *method;
    FakeCapsule *self;
} FakeFunction;

typedef struct {
    long references;
    void *type;
    uintptr_t tag;
    uint32_t digit;
} FakeInt;

static __thread uint32_t interpreter;

typedef struct {
    bool used[TOOLS];
    uint32_t global;
    FakeFunction *callbacks[FAKE_EVENTS];
} FakeMonitoring;

static FakeMonitoring monitorings[INTERPRETERS];
static const char *const event_names[FAKE_EVENTS] = {"PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "LINE", "PY_UNWIND", "PY_THROW"};
static FakeInt event_bits[FAKE_EVENTS];

/* Objects without contents, known by their addresses. */
static char monitoring, names, none, disable, use_tool_id, free_tool_id, register_callback, set_local_events, set_events;

#define OBJECT(thing) ((Object *)(void *)&(thing))

void fake_interpreter(uint32_t number) { interpreter = number; }
static void *interpreter_now(void) { return &monitorings[interpreter]; }
static int64_t interpreter_id(void *now) { return (FakeMonitoring *)now - monitorings; }

static Object *sys_object(const char *name) { return strcmp(name, "monitoring") == 0 ? OBJECT(monitoring) : NULL; }
static Object *globals_now(void) {
    static Object *globals;
    if (!globals) globals = fake_globals("app");
    return globals;
}

static Object *attribute(Object *object, const char *name) {
    static const struct {
        const char *name;
        char *object;
    } known[] = {{"events", &names},
                 {"DISABLE", &disable},
                 {"use_tool_id", &use_tool_id},
                 {"free_tool_id", &free_tool_id},
                 {"register_callback", &register_callback},
                 {"set_local_events", &set_local_events},
                 {"set_events", &set_events}};
    for (size_t i = 0; object == OBJECT(monitoring) && i < COUNT(known); i++)
        if (strcmp(name, known[i].name) == 0) return OBJECT(*known[i].object);
    for (size_t i = 0; object == OBJECT(names) && i < FAKE_EVENTS; i++)
        if (strcmp(name, event_names[i]) == 0) return OBJECT(event_bits[i]);
    return NULL;
}

static long int_value(Object *object) { return ((FakeInt *)object)->digit; }

static Object *new_capsule(void *pointer, const char *name, void (*end)(Object *)) {
    FakeCapsule *capsule = calloc(1, sizeof *capsule);
    *capsule = (FakeCapsule){.pointer = pointer, .end = end};
    return (void)name, (Object *)capsule;
}

static Object *new_function(MethodDef *method, Object *self, Object *module) {
    FakeFunction *function = calloc(1, sizeof *function);
    *function = (FakeFunction){.method = method, .self = (FakeCapsule *)self};
    return (void)module, (Object *)function;
}

/* Others come in between, as where the real one stops the world. */
static Object *set_on(Object *code, long bits) {
    sched_yield();
    __atomic_store_n((uint32_t *)((char *)code + LOCAL), (uint32_t)bits, __ATOMIC_SEQ_CST);
    sched_yield();
    return OBJECT(none);
}

static Object *call(Object *function, const char *format, ...) {
    FakeMonitoring *m = &monitorings[interpreter];
    Object *result = OBJECT(none);
    va_list rest;
    va_start(rest, format);
    if (function == OBJECT(use_tool_id)) {
        int id = va_arg(rest, int);
        if (m->used[id]) result = NULL;
        m->used[id] = true;
    } else if (function == OBJECT(free_tool_id)) {
        m->used[va_arg(rest, long)] = false;
    } else if (function == OBJECT(register_callback)) {
        (void)va_arg(rest, long);
        long bit = va_arg(rest, long);
        m->callbacks[__builtin_ctzl((unsigned long)bit)] = va_arg(rest, FakeFunction *);
    } else if (function == OBJECT(set_local_events)) {
        (void)va_arg(rest, long);
        Object *code = va_arg(rest, Object *);
        set_on(code, va_arg(rest, long));
    } else if (function == OBJECT(set_events)) {
        (void)va_arg(rest, long);
        __atomic_store_n(&m->global, (uint32_t)va_arg(rest, long), __ATOMIC_SEQ_CST);
    }
    va_end(rest);
    return result;
}

void fake_monitoring_start(void) {
    for (uint32_t i = 0; i < FAKE_EVENTS; i++) event_bits[i] = (FakeInt){.tag = 8, .digit = 1U << i};
    py.none = OBJECT(none);
    py.Sys_GetObject = sys_object;
    py.Object_GetAttrString = attribute;
    py.Object_CallFunction = call;
    py.Long_AsLong = int_value;
    py.Capsule_New = new_capsule;
    py.CFunction_NewEx = new_function;
    py.Eval_GetGlobals = globals_now;
    parallel.interpreter = interpreter_now;
    parallel.interpreter_id = interpreter_id;
    globals_now();
}

bool fake_event(FakeEvent event, Object *code, uint32_t value) {
    const FakeMonitoring *m = &monitorings[interpreter];
    uint32_t on = __atomic_load_n(&m->global, __ATOMIC_SEQ_CST) |
                  __atomic_load_n((uint32_t *)((char *)code + LOCAL), __ATOMIC_SEQ_CST);
    if (!(on >> event & 1)) return true;
    const FakeFunction *function = m->callbacks[event];
    FakeInt number = {.tag = 8, .digit = value};
    Object *args[] = {code, OBJECT(number)};
    Object *answer = ((Callback)function->method->function)((Object *)function->self, args, 2);
    return answer == OBJECT(none) || (event != FAKE_THROW && event != FAKE_UNWIND && answer == OBJECT(disable));
}

void fake_interpreter_ends(uint32_t number) {
    FakeCapsule *capsule = monitorings[number].callbacks[0]->self;
    capsule->end((Object *)capsule);
    monitorings[number] = (FakeMonitoring){0};
}
