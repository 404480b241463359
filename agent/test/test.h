/* A minimum of a test harness: a failed check prints where and what, and the program's exit status is 1. */
#ifndef AGENT_TEST_H
#define AGENT_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

extern int test_checks, test_failures;

#define CHECK(condition)                                                             \
    do {                                                                             \
        test_checks++;                                                               \
        if (!(condition)) {                                                          \
            test_failures++;                                                         \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        }                                                                            \
    } while (0)

#define CHECK_EQUAL(got, want)                                                                               \
    do {                                                                                                     \
        unsigned long long got_ = (unsigned long long)(got), want_ = (unsigned long long)(want);             \
        test_checks++;                                                                                       \
        if (got_ != want_) {                                                                                 \
            test_failures++;                                                                                 \
            fprintf(stderr, "%s:%d: %s is %llu, expected %llu\n", __FILE__, __LINE__, #got, got_, want_);    \
        }                                                                                                    \
    } while (0)

/*
** Runs a test in a process of its own, with a directory of its own below directory: what the agent keeps in static
** variables begins anew. Its checks count here.
*/
void test_apart(void (*test)(const char *directory), const char *name, const char *directory);

void test_base(void);
void test_lines(void);
void test_solve(void);
void test_solve_functions(void);
void test_solve_even(void);
void test_names(const char *directory);
void test_collections(const char *directory);
void test_tasks(const char *directory);
void test_prefixes(void);
void test_filter(const char *directory);
void test_recording(const char *directory);
void test_lists(const char *directory);
void test_loss(const char *directory);
void test_children(const char *directory);
void test_plain(const char *directory);
void test_parallel(const char *directory);
void test_unshared(const char *directory);

#endif
