#include "cpu/cpu.h"
#include "os/os.h"

enum { FREE, HELD, AWAITED, MOMENT = 100 };

static bool lock_try(Lock *lock) {
    uint32_t was = FREE;
    return __atomic_compare_exchange_n(&lock->held, &was, HELD, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

void lock_take(Lock *lock) {
    for (int i = 0; i < MOMENT; i++) {
        if (lock_try(lock)) return;
        cpu_pause();
    }
    /* Whoever has slept cannot know whether others do: it leaves the lock marked as awaited. */
    while (__atomic_exchange_n(&lock->held, AWAITED, __ATOMIC_ACQUIRE) != FREE) os_wait(&lock->held, AWAITED);
}

void lock_give(Lock *lock) {
    if (__atomic_exchange_n(&lock->held, FREE, __ATOMIC_RELEASE) == AWAITED) os_wake(&lock->held);
}

void fork_lock_take(ForkLock *lock) {
    uint32_t self = os_pid();
    for (;;) {
        uint32_t was = FREE;
        while (was != self) /* free, or left behind by a fork */
            if (__atomic_compare_exchange_n(&lock->holder, &was, self, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
        os_wait(&lock->holder, self);
    }
}

void fork_lock_give(ForkLock *lock) {
    __atomic_store_n(&lock->holder, FREE, __ATOMIC_RELEASE);
    os_wake(&lock->holder);
}
