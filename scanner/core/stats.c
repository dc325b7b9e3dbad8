#include "stats.h"

#define STATS_WORD(name, word, text) word,

void stats_sum(uint64_t out[COUNTER_COUNT], const struct stats *stats, size_t count)
{
    for (unsigned c = 0; c < COUNTER_COUNT; c++) {
        out[c] = 0;
        for (size_t i = 0; i < count; i++)
            out[c] += stats_get(&stats[i], (enum counter)c);
    }
}

const char *stats_word(enum counter counter)
{
    static const char *const words[] = {STATS_COUNTERS(STATS_WORD) CAASCAN_OUTCOMES(CAASCAN_WORD)
                                            CAASCAN_CLASSES(CAASCAN_WORD)};
    _Static_assert(sizeof words / sizeof *words == COUNTER_COUNT, "one word per counter");
    return (unsigned)counter < COUNTER_COUNT ? words[counter] : "";
}
