/* worth.h: is it worth while to keep what is found about rows' own names?
 *
 * Where names stand below those of other rows (example.com, www.example.com), a climb finds what
 * another row has asked. In most lists hardly any does, and to keep an answer for each row is much
 * of what a row costs; what it pushes out of the processor's cache counts too. So answers about one
 * in WORTH_SAMPLE names, chosen by hash, are always kept, and how many of these are found again
 * says whether the others are kept too. Before their room was filled once, all are. Pure.
 */
#ifndef CAASCAN_WORTH_H
#define CAASCAN_WORTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORTH_SAMPLE 16u
#define WORTH_WINDOW 1024u /* answers of the sample after which is decided anew */
/* Found again, in a window, at least. A query costs twenty times what it takes to keep an answer;
 * but whoever is asked pays too, and should not be asked for more than one name in 100 again. */
#define WORTH_FOUND_LEAST (WORTH_WINDOW / 128u)

struct worth {           /* zeroed but for `patience` at first */
    uint32_t put, found; /* of the sample, in this window */
    uint32_t patience;   /* further windows before anything is decided */
    bool sparse;         /* none but the sample is kept */
};

/* The patience for room for so many answers: all are kept until it was filled once at least. */
static inline uint32_t worth_patience(size_t room)
{
    return (uint32_t)(room / (WORTH_WINDOW * WORTH_SAMPLE));
}

static inline bool worth_is_sampled(uint64_t hash)
{
    return (hash >> 28) % WORTH_SAMPLE == 0;
}

/* Is an answer of this hash kept? */
static inline bool worth_keeping(const struct worth *w, uint64_t hash)
{
    return !w->sparse || worth_is_sampled(hash);
}

/* There is an answer of this hash that may be kept. */
static inline void worth_put(struct worth *w, uint64_t hash)
{
    if (!worth_is_sampled(hash) || ++w->put < WORTH_WINDOW)
        return;
    if (w->patience > 0) {
        w->patience--;
        w->put = w->found = 0;
        return;
    }
    *w = (struct worth){.sparse = w->found < WORTH_FOUND_LEAST};
}

/* One that was kept is found. */
static inline void worth_found(struct worth *w, uint64_t hash)
{
    if (worth_is_sampled(hash))
        w->found++;
}

#endif
