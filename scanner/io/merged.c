#include "merged.h"

#include <assert.h>
#include <stdbool.h>

static bool is_single(const struct merged *m)
{
    return m->segment_len == 0 || m->whole_len <= m->segment_len;
}

static size_t count_sent(const struct merged *m)
{
    return is_single(m) ? 1 : (m->whole_len + m->segment_len - 1) / m->segment_len;
}

size_t merged_count(const struct merged *m)
{
    if (is_single(m) || m->len >= m->whole_len)
        return count_sent(m);
    return m->len / m->segment_len;
}

size_t merged_lost(const struct merged *m)
{
    return count_sent(m) - merged_count(m);
}

struct merged_part merged_part(const struct merged *m, size_t number)
{
    assert(number < merged_count(m));
    if (is_single(m))
        return (struct merged_part){.octets = m->octets, .len = m->len};
    size_t at = number * m->segment_len, left = m->len - at;
    return (struct merged_part){.octets = m->octets + at,
                                .len = left < m->segment_len ? left : m->segment_len};
}
