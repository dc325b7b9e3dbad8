/* fetch_line.h: beginning to bring a line of memory near before it is needed. It changes nothing,
 * and any address will do. */
#ifndef FETCH_LINE_H
#define FETCH_LINE_H

/* The empty statement is there for gcc: it takes a function that only prefetches for one without
 * any effect, and drops the calls of it. */
static inline void fetch_line(const void *address)
{
    __builtin_prefetch(address);
    __asm__ volatile("");
}

#endif
