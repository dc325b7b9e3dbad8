#define _POSIX_C_SOURCE 200809L
#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "say.h"

static atomic_int came;

static void note(int number)
{
    atomic_store_explicit(&came, number, memory_order_relaxed);
}

void interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    static const int numbers[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

bool interrupt_came(void)
{
    return atomic_load_explicit(&came, memory_order_relaxed) != 0;
}

int interrupt_exit(void)
{
    say("interrupted: tables that were not whole are removed");
    return 128 + atomic_load_explicit(&came, memory_order_relaxed);
}
