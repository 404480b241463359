#include "hook/events.h"
#include "abi/python.h"

uint32_t events_hook(void) { return py.version->older ? WIRE_HOOK_TRACE_FUNCTION : WIRE_HOOK_MONITORING; }
uint32_t events_tool(void) { return py.version->older ? 0 : monitoring_tool(); }
const char *events_prepare(void) { return py.version->older ? tracing_prepare() : monitoring_prepare(); }
const MeasuredHook *events_measured(void) { return py.version->older ? tracing_measured() : monitoring_measured(); }
const char *events_begin(void) { return py.version->older ? tracing_begin() : monitoring_begin(); }
const char *events_join(bool *joined) { return py.version->older ? tracing_join(joined) : monitoring_join(joined); }

void events_cancel(void) {
    if (!py.version->older) monitoring_cancel();
}
