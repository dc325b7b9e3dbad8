#include "limit.h"

#include <stdatomic.h>

static uint64_t interval_of(uint64_t rate_qps)
{
    return rate_qps > 0 ? 1000000000 / rate_qps : 0;
}

size_t limit_size(size_t server_count)
{
    return sizeof(struct limit) + server_count * sizeof(struct limit_entry);
}

void limit_init(struct limit *l, size_t server_count, uint64_t rate_qps, uint64_t server_rate_qps)
{
    l->interval_ns = interval_of(rate_qps);
    l->server_interval_ns = interval_of(server_rate_qps);
    l->server_count = server_count;
    atomic_init(&l->all.next_ns, 0);
    for (size_t i = 0; i < server_count; i++)
        atomic_init(&l->servers[i].next_ns, 0);
}

/* Relaxed order: the value alone is the state, no other memory hangs on it. */
static uint64_t entry_take(struct limit_entry *entry, uint64_t interval_ns, uint64_t now_ns)
{
    if (interval_ns == 0)
        return 0;
    uint64_t next = atomic_load_explicit(&entry->next_ns, memory_order_relaxed);
    for (;;) {
        if (next > now_ns)
            return next;
        uint64_t oldest = now_ns > LIMIT_BURST_NS ? now_ns - LIMIT_BURST_NS : 0;
        uint64_t after = (next > oldest ? next : oldest) + interval_ns;
        if (atomic_compare_exchange_weak_explicit(&entry->next_ns, &next, after,
                                                  memory_order_relaxed, memory_order_relaxed))
            return 0;
    }
}

/* The server is asked first: a refusal there must not cost budget that all share. Where the shared
 * one refuses, the server's is given back. */
uint64_t limit_take(struct limit *l, size_t server, uint64_t now_ns)
{
    uint64_t wait_ns = entry_take(&l->servers[server], l->server_interval_ns, now_ns);
    if (wait_ns > 0)
        return wait_ns;
    wait_ns = entry_take(&l->all, l->interval_ns, now_ns);
    if (wait_ns > 0 && l->server_interval_ns > 0)
        atomic_fetch_sub_explicit(&l->servers[server].next_ns, l->server_interval_ns,
                                  memory_order_relaxed);
    return wait_ns;
}

uint64_t limit_server_wait(struct limit *l, size_t server, uint64_t now_ns)
{
    if (l->server_interval_ns == 0)
        return 0;
    uint64_t next_ns = atomic_load_explicit(&l->servers[server].next_ns, memory_order_relaxed);
    return next_ns > now_ns ? next_ns : 0;
}
