/* expect.h: beginning to load a line of memory before it is needed. It changes nothing, and any
 * address will do. */
#ifndef CAASCAN_EXPECT_H
#define CAASCAN_EXPECT_H

/* The empty statement is there for gcc: it takes a function that only prefetches for one without
 * any effect, and drops the calls of it. */
static inline void expect_line(const void *address)
{
    __builtin_prefetch(address, 1);
    __asm__ volatile("");
}

#endif
