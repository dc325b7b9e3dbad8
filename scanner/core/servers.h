/* servers.h: the servers a worker may ask, their health, and which to ask next. One thread.
 *
 * Questions are spread evenly over the servers that answer. One that stayed silent several times in
 * a row rests, the longer the more silences; where all rest, the one due first is asked.
 */
#ifndef CAASCAN_SERVERS_H
#define CAASCAN_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "arena.h"

#define SERVERS_NONE UINT16_MAX
#define SERVERS_SILENT_LIMIT 8u /* silences in a row before a rest */

struct server {
    struct address address;
    uint64_t resting_until_ns;
    uint32_t silences; /* in a row */
    bool no_edns;      /* answered only when asked without EDNS */
};

struct servers {
    struct server *list;
    size_t count;
};

/* Copies the addresses; count is from 1 to SERVERS_NONE - 1. */
void servers_init(struct servers *s, struct arena *arena, const struct address *list, size_t count);

/* The server to ask now, another than `last` where there is one to choose from. `random` spreads.
 */
size_t servers_pick(const struct servers *s, size_t last, uint32_t random, uint64_t now_ns);

void servers_answered(struct servers *s, size_t server);
void servers_silent(struct servers *s, size_t server, uint64_t now_ns);

#endif
