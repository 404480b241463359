#include "hook/solve.h"
#include "gen/wire.h"

static int64_t middle_pace(const Run *runs) {
    int64_t sorted[2 * PARTS];
    for (int i = 0; i < 2 * PARTS; i++) {
        int64_t pace = i & 1 ? runs[i / 2].traced_pace : runs[i / 2].plain_pace;
        int at = i;
        for (; at > 0 && sorted[at - 1] > pace; at--) sorted[at] = sorted[at - 1];
        sorted[at] = pace;
    }
    return sorted[PARTS - 1];
}

/* Ticks of one pace in those of another, if the two are not the same but for noise. */
static int64_t at_pace(int64_t ticks, int64_t from, int64_t to) {
    bool alike = from * 8 < to * 9 && to * 8 < from * 9;
    return alike || !from ? ticks : ticks * to / from;
}

int64_t solve_even(Run runs[PARTS]) {
    int64_t pace = middle_pace(runs);
    for (Run *run = runs; run < runs + PARTS; run++) {
        run->plain = at_pace(run->plain, run->plain_pace, pace);
        run->traced = at_pace(run->traced, run->traced_pace, pace);
        for (unsigned from = 0; from < COUNT(run->gaps); from++)
            for (unsigned to = 0; to < COUNT(run->gaps[from]); to++) {
                Gap *gap = &run->gaps[from][to];
                gap->ticks = at_pace(gap->ticks, run->traced_pace, pace);
            }
    }
    return pace;
}

/*
** What is left of the added time, for each of so many events, when the costs known so far are taken off. After a call is
** what follows it, or in place of that what follows its first line.
*/
static int64_t rest(const Run *run, const Costs *c, int64_t among) {
    int64_t left = (run->traced - run->plain) * COST_UNIT - run->first * (c->first - c->after[WIRE_CALL]);
    for (unsigned kind = 0; kind < WIRE_MARK; kind++) left -= run->count[kind] * (c->before[kind] + c->after[kind]);
    return among > 0 ? left / among : 0;
}

/* What the tracer adds to a gap, when what the program does in it is taken off: so many sixteenths of a turn of the loop. */
static int64_t added(const Run *run, unsigned from, unsigned to, int64_t sixteenths) {
    const Gap *gap = &run->gaps[from][to];
    int64_t turn = run->plain * COST_UNIT / run->count[WIRE_CALL];
    return gap->count ? gap->ticks * COST_UNIT / gap->count - turn * sixteenths / 16 : 0;
}

/*
** A call and its return: their sum is half that of a function that does nothing, half that of those that nest and do
** something. How it lies around their time stamps, a loop tells that calls a function of two lines: the sixteenths are
** the instructions that stand in each gap, of what a turn of it takes without events.
*/
static bool share_calls(const Run *runs, int64_t whole, Costs *c) {
    const Run *steps = &runs[STEPS];
    int64_t line = c->after[WIRE_LINE];
    if (!steps->count[WIRE_CALL]) return false;
    int64_t opens = added(steps, WIRE_LINE, WIRE_CALL, 5) - line, first = added(steps, WIRE_CALL, WIRE_LINE, 4);
    int64_t closes = added(steps, WIRE_LINE, WIRE_RETURN, 2) - line, closed = added(steps, WIRE_RETURN, WIRE_LINE, 2);
    int64_t more = (whole - opens - first - closes - closed) / 4;
    c->before[WIRE_CALL] = (int32_t)(opens + more);
    c->first = (int32_t)(first + more);
    c->before[WIRE_RETURN] = (int32_t)(closes + more);
    c->after[WIRE_RETURN] = (int32_t)(whole - c->before[WIRE_CALL] - c->first - c->before[WIRE_RETURN]);
    c->after[WIRE_CALL] = (int32_t)(c->first - line / 2); /* a line that is the first has no time stamp of its own */
    return c->first > 0;
}

/*
** Without lines: what the two add between their time stamps, those of a function that does nothing tell: an eighth of the
** whole call, as it is without events, is what it takes to do that. What is left is outside.
*/
static bool share_bare(const Run *runs, int64_t whole, Costs *c) {
    int64_t inside = added(&runs[EMPTY], WIRE_CALL, WIRE_RETURN, 2);
    if (inside <= 0 || inside >= whole) return false;
    c->first = c->after[WIRE_CALL] = (int32_t)inside;
    c->after[WIRE_RETURN] = (int32_t)(whole - inside);
    return true;
}

static bool solve_calls(const Run *runs, Costs *c) {
    const Run *empty = &runs[EMPTY], *calls = &runs[CALLS];
    if (!empty->count[WIRE_CALL] || !calls->count[WIRE_CALL]) return false;
    int64_t whole = (rest(calls, c, calls->count[WIRE_CALL]) + rest(empty, c, empty->count[WIRE_CALL])) / 2;
    if (whole <= 0) return false;
    return c->after[WIRE_LINE] ? share_calls(runs, whole, c) : share_bare(runs, whole, c);
}

/* What is left for each event of a kind; with what goes with it, it is not less than nothing. */
static int32_t half(const Run *run, const Costs *c, unsigned kind, int32_t with) {
    int64_t left = rest(run, c, run->count[kind]);
    return (int32_t)(left > -with ? left : -with);
}

/*
** The others are as calls and returns where they are alike, and the rest is put where they are not. What is thrown in is
** mostly GeneratorExit, when a generator is closed that has not ended. Of 3.13 that makes no event; from 3.14 on it does, as
** soon as anybody asks for unwinds, and takes a longer way for it: 130 ns, which are the tracer's.
*/
static void solve_others(const Run *runs, Costs *c) {
    int32_t opens = c->before[WIRE_CALL], closed = c->after[WIRE_RETURN];
    c->before[WIRE_RESUME] = c->before[WIRE_THROW] = opens;
    c->after[WIRE_YIELD] = c->after[WIRE_UNWIND] = closed;
    c->before[WIRE_YIELD] = c->before[WIRE_RETURN];
    c->after[WIRE_RESUME] = half(&runs[YIELDS], c, WIRE_RESUME, opens + closed);
    c->before[WIRE_UNWIND] = half(&runs[UNWINDS], c, WIRE_UNWIND, closed);
    const Run *throws = &runs[runs[CLOSES].count[WIRE_THROW] ? CLOSES : THROWS];
    c->after[WIRE_THROW] = half(throws, c, WIRE_THROW, opens + closed);
}

bool solve_costs(const Run runs[PARTS], Costs *costs) {
    *costs = (Costs){0};
    costs->after[WIRE_LINE] = (int32_t)rest(&runs[LINES], costs, runs[LINES].count[WIRE_LINE]);
    if (!solve_calls(runs, costs)) return false;
    solve_others(runs, costs);
    return true;
}
