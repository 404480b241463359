/*
** An uncaught exception of the main thread raises the audit event sys.excepthook. Those of other threads raise none: the
** module threading calls a function of its own for them, whose start is seen.
*/
#include "hook/trigger.h"
#include "abi/parallel.h"
#include "os/os.h"
#include "record/fork.h"
#include "record/qualname.h"
#include "record/thread.h"

static bool enabled(unsigned trigger) { return process.settings.triggers >> trigger & 1; }

/* The first trigger is kept until the controller has taken note of it. */
static void met(uint32_t trigger) {
    if (!enabled(trigger) || !fork_follow() || get32(process.control + WIRE_CONTROL_TRIGGER)) return;
    __atomic_store_n(control64(WIRE_CONTROL_TRIGGER_TICKS), process_ticks(), __ATOMIC_RELAXED);
    uint32_t thread = thread_mine ? thread_mine->number : 0;
    __atomic_store_n(control32(WIRE_CONTROL_TRIGGER_THREAD), thread, __ATOMIC_RELAXED);
    __atomic_store_n(control32(WIRE_CONTROL_TRIGGER), trigger, __ATOMIC_RELEASE);
    process_synchronize();
}

static int on_audit(const char *event, Object *args, void *nothing) {
    (void)args, (void)nothing;
    if (event[0] == 's' && text_equal(text_of(event), TEXT("sys.excepthook"))) met(WIRE_TRIGGER_EXCEPTION);
    if (event[0] == 't' && text_equal(text_of(event), TEXT("tracer.trigger"))) met(WIRE_TRIGGER_CALL);
    return 0;
}

void trigger_start(void) {
    if (!enabled(WIRE_TRIGGER_EXCEPTION) && !enabled(WIRE_TRIGGER_CALL)) return;
    if (py.Sys_AddAuditHook(on_audit, NULL) < 0) py.Err_Clear();
}

static Text text_after(Text text, size_t skip) { return (Text){text.at + skip, text.size - skip}; }

static bool is_threading(Object *globals) {
    Object *keep, *name = dict_find(globals, "__name__");
    bool found = text_equal(object_text(name, &keep), TEXT("threading"));
    object_release(keep);
    object_release(name);
    return found;
}

bool trigger_watches(const Object *code, Object *globals) {
    if (!enabled(WIRE_TRIGGER_EXCEPTION) || !globals) return false;
    Text wanted = TEXT("<locals>.invoke_excepthook"), alone = TEXT("invoke_excepthook"); /* where its place is not known */
    Pending pending = pending_take();
    Object *keep;
    Text name = qualname_of(code, &keep);
    bool found = text_equal(name, alone) ||
                 (name.size >= wanted.size && text_equal(text_after(name, name.size - wanted.size), wanted));
    object_release(keep);
    found = found && is_threading(globals);
    py.Err_Clear();
    pending_give(pending);
    return found;
}

/* Before 3.11. A new reference. */
static Object *handled_before(void) {
    void (*get)(Object **, Object **, Object **);
    *(void **)&get = os_symbol("PyErr_GetExcInfo");
    Object *type = NULL, *value = NULL, *traceback = NULL;
    if (get) get(&type, &value, &traceback);
    object_release(type);
    object_release(traceback);
    return value;
}

/* threading calls the function also for SystemExit, with which a thread may well end itself. */
void trigger_thread_exception(void) {
    Object *(*handled)(void);
    int (*matches)(Object *, Object *);
    *(void **)&handled = os_symbol("PyErr_GetHandledException");
    *(void **)&matches = os_symbol("PyErr_GivenExceptionMatches");
    Object **exit = os_symbol("PyExc_SystemExit");
    Object *exception = handled ? handled() : handled_before();
    bool ends_itself = exception && matches && exit && matches(exception, *exit);
    object_release(exception);
    if (!ends_itself) met(WIRE_TRIGGER_EXCEPTION);
}
