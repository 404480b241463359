/*
** The idea: some functions of Python code, and copies of them whose events come. Both run in turns, a few times; the
** difference between the fastest runs is what the events of one run cost. The events go the way of all others, through
** the interpreter's instrumentation, the callbacks and record.h, but into memory that is no slot of the trace. There
** they are counted by kind. One function makes lines only, the next calls besides, and so on: one unknown at a time.
**
** Only sums can be measured like that: what is added between two time stamps is the end of one event and the beginning
** of another. How a sum is shared out follows where something tells, and else the line's example, see solve.
*/
#include "hook/measure.h"
#include "abi/parallel.h"
#include "gen/wire.h"
#include "hook/workload.h"
#include "record/record.h"
#include "store/costs.h"
#include "store/pace.h"

enum { WORDS = 1 << 14, FRAMES = 128, ROUNDS = 16, FEWEST = 10, LONGEST_NS = 6000000 };

/* The functions of the workload, and how long each is to run. */
typedef struct {
    const char *name;
    int n;
    bool exceptions;
} Part;

enum { LINES, EMPTY, CALLS, YIELDS, UNWINDS, THROWS, PARTS };

static const Part parts[PARTS] = {
    {WORKLOAD_LINES, 40, false},   {WORKLOAD_EMPTY, 200, false},  {WORKLOAD_CALLS, 12, false},
    {WORKLOAD_YIELDS, 200, false}, {WORKLOAD_UNWINDS, 50, true},  {WORKLOAD_THROWS, 50, true},
};

/* What one of them did, in its fastest run. */
typedef struct {
    int64_t plain, traced;   /* ticks without events, and with them */
    int64_t count[8], first; /* events by kind; lines that are the first of a call are none of these, they are first */
    int64_t inside, insides; /* ticks from a call to its return with no more than a first line between, and how many */
} Run;

typedef struct {
    const MeasuredHook *hook;
    Workload workload;
    char *memory; /* in place of a slot */
    Thread thread;
    Code code, suspendable; /* of all that is traced; suspendable: of generators */
    uint32_t no_units;
    uint64_t paces[ROUNDS * PARTS]; /* looks at the CPU's pace, the fastest first */
    int looks;
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
    unsigned before = WIRE_MARK, last = WIRE_MARK;
    for (const uint64_t *word = first_word(m); word < m->thread.next; word++) {
        unsigned kind = *word & 7;
        bool first = kind == WIRE_LINE && last == WIRE_CALL;
        run->first += first;
        run->count[kind] += !first;
        if (kind == WIRE_RETURN && (last == WIRE_CALL || (last == WIRE_LINE && before == WIRE_CALL))) {
            run->inside += (int64_t)(*word >> WIRE_DELTA_SHIFT);
            run->insides++;
        }
        before = last;
        last = kind;
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

static bool run_part(Measure *m, const Part *part, Run *run) {
    int64_t plain = call(m->workload.plain, part->name, part->n), traced = call_traced(m, part);
    if (plain < 0 || traced < 0) return false;
    if (!run->plain || plain < run->plain) run->plain = plain;
    if (!run->traced || traced < run->traced) {
        *run = (Run){.plain = run->plain, .traced = traced};
        count_words(m, run);
    }
    return true;
}

static void note_pace(Measure *m, uint64_t pace) {
    int at = m->looks++;
    for (; at > 0 && m->paces[at - 1] > pace; at--) m->paces[at] = m->paces[at - 1];
    m->paces[at] = pace;
}

/* All parts in turns: where the machine is slow for a moment, it is so for one round of each. */
static bool run_all(Measure *m) {
    uint64_t begin = os_monotonic_ns();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PARTS; i++) {
            if (!run_part(m, &parts[i], &m->runs[i])) return false;
            note_pace(m, pace_look());
        }
        if (round >= FEWEST && os_monotonic_ns() - begin > LONGEST_NS) break; /* a machine that has other work */
    }
    return true;
}

/* What is left of the added time, for each of so many events, when the costs known so far are taken off. */
static int64_t rest(const Run *run, const Costs *c, int64_t among) {
    int64_t left = (run->traced - run->plain) * COST_UNIT - run->first * c->first;
    for (unsigned kind = 0; kind < WIRE_MARK; kind++) left -= run->count[kind] * (c->before[kind] + c->after[kind]);
    return among > 0 ? left / among : 0;
}

static int32_t least(int64_t a, int64_t b) { return (int32_t)(a < b ? a : b); }

/*
** A call and its return: half like those of a function that does nothing, half like those that nest and do something.
** inside is what the two add between their time stamps, which those of a function that does nothing tell: an eighth of the
** whole call, as it is without events, is what it takes to do that. What is left is outside, and shared out as if the time
** after a return were that after a line.
*/
static bool solve_calls(const Run *empty, const Run *calls, Costs *c) {
    int64_t line = c->after[WIRE_LINE];
    int64_t whole = (rest(calls, c, calls->count[WIRE_CALL]) + rest(empty, c, empty->count[WIRE_CALL])) / 2;
    if (!empty->insides || whole <= 0) return false;
    int64_t body = empty->plain * COST_UNIT / (empty->count[WIRE_CALL] * 8);
    int64_t inside = empty->inside * COST_UNIT / empty->insides - body;
    if (inside <= 0 || inside >= whole) return false;
    c->first = (int32_t)inside;
    c->after[WIRE_RETURN] = least(line ? line : whole - inside, whole - inside);
    c->before[WIRE_CALL] = (int32_t)(whole - inside - c->after[WIRE_RETURN]);
    c->after[WIRE_CALL] = (int32_t)(inside - line / 2); /* a line that is the first has no time stamp of its own */
    return true;
}

/* What is left for each event of a kind; with what goes with it, it is not less than nothing. */
static int32_t half(const Run *run, const Costs *c, unsigned kind, int32_t with) {
    int64_t left = rest(run, c, run->count[kind]);
    return (int32_t)(left > -with ? left : -with);
}

/* The others are as calls and returns where they are alike, and the rest is put where they are not. */
static void solve_others(const Run *runs, Costs *c) {
    int32_t opens = c->before[WIRE_CALL], closed = c->after[WIRE_RETURN];
    c->before[WIRE_RESUME] = c->before[WIRE_THROW] = opens;
    c->after[WIRE_YIELD] = c->after[WIRE_UNWIND] = closed;
    c->after[WIRE_RESUME] = half(&runs[YIELDS], c, WIRE_RESUME, opens + closed);
    c->before[WIRE_UNWIND] = half(&runs[UNWINDS], c, WIRE_UNWIND, closed);
    c->after[WIRE_THROW] = half(&runs[THROWS], c, WIRE_THROW, opens + closed);
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
    *c = (Costs){0};
    uint64_t begin_ns = os_monotonic_ns(), begin = process_ticks();
    if (!run_all(m)) return false;
    uint64_t ticks = process_ticks() - begin, ns = os_monotonic_ns() - begin_ns;
    c->after[WIRE_LINE] = (int32_t)rest(&m->runs[LINES], c, m->runs[LINES].count[WIRE_LINE]);
    if (!solve_calls(&m->runs[EMPTY], &m->runs[CALLS], c)) return false;
    solve_others(m->runs, c);
    c->pace = (int32_t)(m->paces[m->looks / 4] & INT32_MAX);
    return ns && plausible(c, (int64_t)(ticks * COST_UNIT / ns) * MOST_NS);
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
    fine = fine && solve(&m, costs);
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
