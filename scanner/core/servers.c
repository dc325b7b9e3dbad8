#include "servers.h"

#define REST_NS (1000ull * 1000000)
#define REST_DOUBLINGS_MAX 5u /* 32 s at most */

void servers_init(struct servers *s, struct arena *arena, const struct address *list, size_t count)
{
    s->count = count;
    s->list = arena_take(arena, count, sizeof *s->list);
    for (size_t i = 0; s->list != NULL && i < count; i++)
        s->list[i].address = list[i];
}

static bool is_better(const struct servers *s, size_t a, size_t b, uint64_t now_ns)
{
    uint64_t a_ns = s->list[a].resting_until_ns, b_ns = s->list[b].resting_until_ns;
    if (a_ns <= now_ns)
        return b_ns > now_ns;
    return a_ns < b_ns;
}

size_t servers_pick(const struct servers *s, size_t last, uint32_t random, uint64_t now_ns)
{
    size_t start = random % s->count;
    size_t best = SERVERS_NONE;
    for (size_t i = 0; i < s->count; i++) {
        size_t candidate = (start + i) % s->count;
        if (candidate == last)
            continue;
        if (s->list[candidate].resting_until_ns <= now_ns)
            return candidate;
        if (best == SERVERS_NONE || is_better(s, candidate, best, now_ns))
            best = candidate;
    }
    if (last < s->count && (best == SERVERS_NONE || is_better(s, last, best, now_ns)))
        return last;
    return best;
}

void servers_answered(struct servers *s, size_t server)
{
    s->list[server].silences = 0;
    s->list[server].resting_until_ns = 0;
}

void servers_silent(struct servers *s, size_t server, uint64_t now_ns)
{
    struct server *it = &s->list[server];
    it->silences++;
    if (it->silences < SERVERS_SILENT_LIMIT || it->resting_until_ns > now_ns)
        return;
    uint32_t doublings = it->silences / SERVERS_SILENT_LIMIT - 1;
    if (doublings > REST_DOUBLINGS_MAX)
        doublings = REST_DOUBLINGS_MAX;
    it->resting_until_ns = now_ns + (REST_NS << doublings);
}
