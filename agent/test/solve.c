#include "hook/solve.h"
#include "gen/wire.h"
#include "test/test.h"

/* A run of n turns of which each event costs what c says, and which takes plain ticks a turn without events. */
static Run ran(const Costs *c, int n, int plain, unsigned opens, unsigned closes) {
    Run run = {.plain = n * plain, .first = n};
    run.count[WIRE_LINE] = run.count[opens] = run.count[closes] = n;
    int64_t cost = c->after[WIRE_LINE] + c->first + c->before[opens] + c->before[closes] + c->after[closes];
    run.traced = run.plain + n * cost / COST_UNIT;
    return run;
}

static Gap gap(int n, int ticks) { return (Gap){(int64_t)n * ticks, n}; }

/* The costs that a workload was made with come out again. */
void test_solve(void) {
    enum { UNIT = COST_UNIT, N = 100, TURN = 160 };
    Costs want = {.first = 40 * UNIT};
    want.after[WIRE_LINE] = 30 * UNIT;
    want.before[WIRE_CALL] = 5 * UNIT;
    want.before[WIRE_RETURN] = -10 * UNIT;
    want.after[WIRE_RETURN] = 33 * UNIT;
    Run runs[PARTS] = {{0}};
    runs[LINES] = (Run){.plain = 1000, .traced = 1000 + N * 30, .count = {[WIRE_LINE] = N}};
    for (int part = EMPTY; part <= CALLS; part++) runs[part] = ran(&want, N, TURN, WIRE_CALL, WIRE_RETURN);
    Gap(*gaps)[8] = runs[STEPS].gaps;
    gaps[WIRE_LINE][WIRE_CALL] = gap(N, TURN * 5 / 16 + 30 + 5);
    gaps[WIRE_CALL][WIRE_LINE] = gap(N, TURN * 4 / 16 + 40);
    gaps[WIRE_LINE][WIRE_RETURN] = gap(N, TURN * 2 / 16 + 30 - 10);
    gaps[WIRE_RETURN][WIRE_LINE] = gap(N, TURN * 2 / 16 + 33);
    runs[YIELDS] = (Run){.plain = 50, .traced = 50 + N * (-10 + 33 + 5 + 21)};
    runs[YIELDS].count[WIRE_YIELD] = runs[YIELDS].count[WIRE_RESUME] = N;
    want.before[WIRE_UNWIND] = 8 * UNIT; /* what is behind it is as behind a return */
    want.after[WIRE_UNWIND] = 33 * UNIT;
    runs[UNWINDS] = ran(&want, N, TURN, WIRE_CALL, WIRE_UNWIND);
    runs[THROWS] = (Run){.plain = 50, .traced = 50 + N * (5 + 17 - 10 + 33)};
    runs[THROWS].count[WIRE_THROW] = runs[THROWS].count[WIRE_YIELD] = N;
    Costs got;
    CHECK(solve_costs(runs, &got));
    CHECK_EQUAL(got.first, want.first);
    for (unsigned kind = 0; kind <= WIRE_RETURN; kind++) {
        CHECK_EQUAL(got.before[kind], want.before[kind]);
        if (kind != WIRE_CALL) CHECK_EQUAL(got.after[kind], want.after[kind]);
    }
    CHECK_EQUAL(got.after[WIRE_CALL], (40 - 15) * UNIT);
    CHECK_EQUAL(got.before[WIRE_YIELD], want.before[WIRE_RETURN]);
    CHECK_EQUAL(got.after[WIRE_RESUME], 21 * UNIT);
    CHECK_EQUAL(got.before[WIRE_UNWIND], want.before[WIRE_UNWIND]);
    CHECK_EQUAL(got.after[WIRE_UNWIND], want.after[WIRE_UNWIND]);
    CHECK_EQUAL(got.after[WIRE_THROW], 17 * UNIT);

    want.after[WIRE_THROW] = 120 * UNIT; /* closing a generator goes before, if that throws */
    runs[CLOSES] = ran(&want, N, TURN, WIRE_CALL, WIRE_UNWIND);
    runs[CLOSES].traced += N * (5 + 120 - 10 + 33 - 30);
    runs[CLOSES].count[WIRE_THROW] = runs[CLOSES].count[WIRE_YIELD] = N;
    runs[CLOSES].count[WIRE_LINE] = 0;
    CHECK(solve_costs(runs, &got));
    CHECK_EQUAL(got.after[WIRE_THROW], want.after[WIRE_THROW]);

    runs[STEPS].count[WIRE_CALL] = 0; /* no call was seen */
    CHECK(!solve_costs(runs, &got));
}

/* Without events of lines a function that does nothing tells what lies between a call and its return. */
void test_solve_functions(void) {
    enum { UNIT = COST_UNIT, N = 100, TURN = 160 };
    Run runs[PARTS] = {{0}};
    for (int part = EMPTY; part <= CALLS; part++) {
        runs[part] = (Run){.plain = N * TURN, .traced = N * (TURN + 90)};
        runs[part].count[WIRE_CALL] = runs[part].count[WIRE_RETURN] = N;
    }
    runs[EMPTY].gaps[WIRE_CALL][WIRE_RETURN] = gap(N, TURN / 8 + 38);
    Costs got;
    CHECK(solve_costs(runs, &got));
    CHECK_EQUAL(got.after[WIRE_CALL], 38 * UNIT);
    CHECK_EQUAL(got.after[WIRE_RETURN], (90 - 38) * UNIT);
    CHECK_EQUAL(got.before[WIRE_CALL], 0);
    runs[EMPTY].gaps[WIRE_CALL][WIRE_RETURN] = gap(N, TURN / 8 + 91); /* more than the whole */
    CHECK(!solve_costs(runs, &got));
}

/* Runs of another pace are made those of the pace that most had; what only differs by noise stays. */
void test_solve_even(void) {
    Run runs[PARTS];
    for (int part = 0; part < PARTS; part++) {
        runs[part] = (Run){.plain = 1000, .plain_pace = 1000 + part, .traced = 3000, .traced_pace = 1010 + part};
        runs[part].gaps[WIRE_LINE][WIRE_CALL] = gap(10, 70);
    }
    runs[CALLS].traced = 4500;
    runs[CALLS].traced_pace = 1515;
    runs[CALLS].gaps[WIRE_LINE][WIRE_CALL] = gap(10, 105);
    runs[STEPS].plain = 1500;
    runs[STEPS].plain_pace = 1500;
    runs[EMPTY].plain_pace = 0; /* not known */
    int64_t pace = solve_even(runs);
    CHECK(pace >= 1000 && pace <= 1020);
    for (int part = 0; part < PARTS; part++) {
        int64_t ticks = runs[part].gaps[WIRE_LINE][WIRE_CALL].ticks;
        CHECK(part == STEPS ? runs[part].plain >= 1000 && runs[part].plain <= 1020 : runs[part].plain == 1000);
        CHECK(part == CALLS ? runs[part].traced >= 2990 && runs[part].traced <= 3030 : runs[part].traced == 3000);
        CHECK(part == CALLS ? ticks >= 695 && ticks <= 710 : ticks == 700);
    }
}
