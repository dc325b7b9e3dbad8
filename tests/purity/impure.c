/* impure.c: asks the system something, so that the test of the check has something to find. */
#include <unistd.h>

int impure_answer(void);

int impure_answer(void)
{
    return (int)getpid();
}
