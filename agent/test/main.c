/*
** The agent's tests outside any interpreter, built with sanitizers. The argument is an empty directory to work in.
*/
#include "test/test.h"

#include <unistd.h>

#include "test/fake.h"

int test_checks, test_failures;

/* Fake objects and the agent's own live as long as the process, as in the real one. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

int main(int count, char **args) {
    if (count != 2) {
        fprintf(stderr, "usage: %s EMPTY-DIRECTORY\n", args[0]);
        return 2;
    }
    fake_start();
    test_base();
    test_lines();
    test_filter(args[1]);
    test_names(args[1]);
    test_recording(args[1]);
    printf("agent: %d checks, %d failed\n", test_checks, test_failures);
    return test_failures != 0;
}
