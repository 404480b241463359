/*
** The idea: some functions of Python code, and copies of them whose events come. Both run in turns, a few times; the
** difference between the fastest runs is what the events of one run cost. The events go the way of all others, through
** the interpreter's instrumentation, the callbacks and record.h, but into memory that is no slot of the trace. There
** they are counted by kind. One function makes lines only, the next calls besides, and so on: one unknown at a time.
**
** Only sums can be measured like that: what is added between two time stamps is the end of one event and the beginning
** of another. How a sum is shared out follows from the time stamps of calls that do next to nothing, see solve.c.
*/
#include "hook/measure.h"
#include "abi/parallel.h"
#include "gen/wire.h"
#include "hook/solve.h"
#include "hook/workload.h"
#include "record/record.h"
#include "store/costs.h"
#include "store/pace.h"

enum { WORDS = 1 << 14, FRAMES = 128, ROUNDS = 16, FEWEST = 10, LONGEST_NS = 6000000, ATTEMPTS = 3 };

/* The functions of the workload, and how long each is to run. */
typedef struct {
    const char *name;
    int n;
    bool exceptions;
} Part;

static const Part parts[PARTS] = {
    [LINES] = {WORKLOAD_LINES, 40, false},    [EMPTY] = {WORKLOAD_EMPTY, 200, false},
    [STEPS] = {WORKLOAD_STEPS, 200, false},   [CALLS] = {WORKLOAD_CALLS, 12, false},
    [YIELDS] = {WORKLOAD_YIELDS, 200, false}, [UNWINDS] = {WORKLOAD_UNWINDS, 50, true},
    [THROWS] = {WORKLOAD_THROWS, 50, true},   [CLOSES] = {WORKLOAD_CLOSES, 50, true},
};

typedef struct {
    const MeasuredHook *hook;
    Workload workload;
    char *memory; /* in place of a slot */
    Thread thread;
    Code code, suspendable; /* of all that is traced; suspendable: of generators */
    uint32_t no_units;
    int64_t pace; /* the CPU's, at the last look */
    Run runs[PARTS];
} Measure;

static uint64_t *first_word(const Measure *m) { return (uint64_t *)(m->memory + WIRE_SLOT_BYTES); }

static void start_over(Measure *m) {
    m->thread.next = first_word(m);
    m->thread.top = m->thread.frames;
    m->thread.opened = 0;
    m->thread.ticks = process_ticks();
}

static void count_words(const Measure *m, Run *run) {
    unsigned from = WIRE_MARK; /* what the time stamp before was of */
    bool called = false;
    for (const uint64_t *word = first_word(m); word < m->thread.next; word++) {
        unsigned kind = *word & 7;
        bool first = kind == WIRE_LINE && called;
        called = kind == WIRE_CALL;
        run->first += first;
        if (first) continue;
        run->count[kind]++;
        run->gaps[from][kind].ticks += (int64_t)(*word >> WIRE_DELTA_SHIFT);
        run->gaps[from][kind].count++;
        from = kind;
    }
}

/* Calls a function of the workload. The ticks it took, negative if it cannot be called. */
static int64_t call(Object *names, const char *name, int n) {
    Object *function = py.Dict_GetItemString(names, name);
    uint64_t begin = process_ticks();
    Object *result = function ? py.Object_CallFunction(function, "i", n) : NULL;
    uint64_t end = process_ticks();
    object_release(result);
    return result ? (int64_t)(end - begin) : -1;
}

/* Events that are set for all code change all code: it runs once before it counts. */
static int64_t call_traced(Measure *m, const Part *part) {
    if (!m->hook->turn(true, part->exceptions)) return -1;
    if (part->exceptions) call(m->workload.traced, part->name, 1);
    start_over(m);
    int64_t ticks = call(m->workload.traced, part->name, part->n);
    m->hook->turn(false, part->exceptions);
    if (part->exceptions) call(m->workload.plain, part->name, 1);
    return m->thread.next < m->thread.end ? ticks : -1;
}

/* The CPU's pace since the last look: the faster of that and of this one, for a look may be interrupted. */
static int64_t pace_since(Measure *m) {
    int64_t before = m->pace;
    m->pace = (int64_t)pace_look();
    return before < m->pace ? before : m->pace;
}

static bool run_part(Measure *m, const Part *part, Run *run) {
    int64_t plain = call(m->workload.plain, part->name, part->n), plain_pace = pace_since(m);
    int64_t traced = call_traced(m, part), traced_pace = pace_since(m);
    if (plain < 0 || traced < 0) return false;
    if (!run->plain || plain < run->plain) {
        run->plain = plain;
        run->plain_pace = plain_pace;
    }
    if (!run->traced || traced < run->traced) {
        *run = (Run){.plain = run->plain, .plain_pace = run->plain_pace, .traced = traced, .traced_pace = traced_pace};
        count_words(m, run);
    }
    return true;
}

/* All parts in turns: where the machine is slow for a moment, it is so for one round of each. */
static bool run_all(Measure *m) {
    uint64_t begin = os_monotonic_ns();
    m->pace = (int64_t)pace_look();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PARTS; i++)
            if (!run_part(m, &parts[i], &m->runs[i])) return false;
        if (round >= FEWEST && os_monotonic_ns() - begin > LONGEST_NS) break; /* a machine that has other work */
    }
    return true;
}

/* A line and a call cost something, and nothing costs so much. */
static bool plausible(const Costs *c, int64_t most) {
    if (c->first <= 0 || c->first > most || (process.settings.lines && c->after[WIRE_LINE] <= 0)) return false;
    for (unsigned kind = 0; kind < WIRE_MARK; kind++)
        if (c->before[kind] > most || c->after[kind] > most) return false;
    return true;
}

static bool solve(Measure *m, Costs *c) {
    enum { MOST_NS = 10000 };
    uint64_t begin_ns = os_monotonic_ns(), begin = process_ticks();
    if (!run_all(m)) return false;
    uint64_t ticks = process_ticks() - begin, ns = os_monotonic_ns() - begin_ns;
    int64_t pace = solve_even(m->runs);
    if (!solve_costs(m->runs, c)) return false;
    c->pace = (int32_t)(pace & INT32_MAX);
    return ns && plausible(c, (int64_t)(ticks * COST_UNIT / ns) * MOST_NS);
}

/* On a machine that is busy enough, what was measured may be nothing that can be. It is not so for long. */
static bool solve_at_last(Measure *m, Costs *c) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        for (int i = 0; i < PARTS; i++) m->runs[i] = (Run){0};
        if (solve(m, c)) return true;
    }
    return false;
}

static bool enter(Object *code, void *data) {
    enum { GENERATOR = 0x20 }; /* CO_GENERATOR */
    Measure *m = data;
    bool suspendable = code_int(code, py.version->code_flags) & GENERATOR;
    return code_enter(code, interpreter_number(), suspendable ? &m->suspendable : &m->code) && m->hook->add(code);
}

static bool forget(Object *code, void *data) {
    (void)data;
    code_forget(code);
    return true;
}

static bool begin(Measure *m) {
    enum { LAST_LINE = 1024 };
    Thread *thread = &m->thread;
    bool fine = workload_begin(&m->workload);
    m->memory = os_memory(WORDS * 8);
    thread->frames = os_memory(FRAMES * sizeof(Frame));
    if (!fine || !m->memory || !thread->frames) return false;
    m->code = (Code){.base = 1, .count = LAST_LINE, .min = 1, .bias = 1, .dense = LAST_LINE, .start = UINT32_MAX};
    m->suspendable = m->code;
    m->suspendable.units = &m->no_units; /* of none of its instructions is the line asked for */
    put32(m->memory + WIRE_SLOT_HEADER_SIZE, WIRE_SLOT_BYTES);
    thread->slot.at = m->memory;
    thread->frames_end = thread->frames + FRAMES;
    thread->end = thread->slot_end = (uint64_t *)(m->memory + WORDS * 8);
    thread->number = 1;
    thread->introduced = thread->named = true;
    return workload_codes(&m->workload, enter, m);
}

static void end(Measure *m) {
    workload_codes(&m->workload, forget, NULL);
    workload_end(&m->workload);
    if (m->memory) os_memory_free(m->memory, WORDS * 8);
    if (m->thread.frames) os_memory_free(m->thread.frames, FRAMES * sizeof(Frame));
}

/* The program's collector has its own thresholds to meet. Before 3.10 nothing is to be had but the count it goes by. */
static int collector(const char *name) {
    int (*set)(void);
    *(void **)&set = os_symbol(name);
    return set ? set() : 0;
}

static bool measured(const MeasuredHook *hook, Costs *costs) {
    static Measure m; /* a page and more is too much for some stacks */
    Thread *mine = thread_mine;
    m = (Measure){.hook = hook};
    int collects = collector("PyGC_Disable");
    bool fine = begin(&m);
    thread_mine = &m.thread;
    fine = fine && solve_at_last(&m, costs);
    thread_mine = mine;
    end(&m);
    if (collects) collector("PyGC_Enable");
    return fine;
}

void measure_costs(const MeasuredHook *hook, Text parent) {
    Costs costs;
    if (!process.settings.measure) return;
    Pending pending = pending_take();
    if (costs_find(parent, &costs) || measured(hook, &costs)) {
        costs_append(&costs);
        process.pace = (uint32_t)costs.pace;
    }
    py.Err_Clear();
    pending_give(pending);
}
