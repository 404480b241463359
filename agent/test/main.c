/*
** The agent's tests outside any interpreter, built with sanitizers. The argument is an empty directory to work in.
*/
#include "test/test.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/fake.h"

int test_checks, test_failures;

/* Fake objects and the agent's own live as long as the process, as in the real one. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0:handle_segv=0"; }
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "handle_segv=0:halt_on_error=1"; }

void test_apart(void (*test)(const char *directory), const char *name, const char *directory) {
    int counts[2] = {0, 0}, ends[2], status = 0;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    CHECK(mkdir(path, 0700) == 0 && pipe(ends) == 0);
    fflush(NULL);
    pid_t child = fork();
    if (!child) {
        test_checks = test_failures = 0;
        test(path);
        counts[0] = test_checks;
        counts[1] = test_failures;
        _exit(write(ends[1], counts, sizeof counts) != sizeof counts);
    }
    close(ends[1]);
    CHECK(read(ends[0], counts, sizeof counts) == sizeof counts);
    close(ends[0]);
    waitpid(child, &status, 0);
    CHECK_EQUAL(status, 0);
    if (status || counts[1]) fprintf(stderr, "in %s: status %#x, %d failed\n", name, status, counts[1]);
    test_checks += counts[0];
    test_failures += counts[1];
}

int main(int count, char **args) {
    if (count != 2) {
        fprintf(stderr, "usage: %s EMPTY-DIRECTORY\n", args[0]);
        return 2;
    }
    fake_start();
    test_base();
    test_lines();
    test_solve();
    test_solve_functions();
    test_solve_even();
    test_prefixes();
    test_filter(args[1]);
    test_names(args[1]);
    test_lists(args[1]);
    test_loss(args[1]);
    test_children(args[1]);
    test_plain(args[1]);
    test_parallel(args[1]);
    test_unshared(args[1]);
    test_apart(test_tasks, "tasks", args[1]);
    test_apart(test_collections, "collections", args[1]);
    test_recording(args[1]);
    printf("agent: %d checks, %d failed\n", test_checks, test_failures);
    return test_failures != 0;
}
