/* census.h: do all servers of a zone say the same? Asks every address of every server of the zone
 * at each level of a finished climb, and compares what each has to say (--all-nameservers).
 * Iteration only: a resolver hides who answered. Which zone that is, and what its servers are
 * called, is the caller's to find out.
 *
 * The census is a small state machine: census_next names the next question or the end of a level,
 * census_take takes its answer. It knows nothing of rows, caches or attempts.
 */
#ifndef CAASCAN_CENSUS_H
#define CAASCAN_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"

#define CENSUS_SERVERS_MAX 32u /* addresses of a zone; further ones are not asked */
#define CENSUS_TEXT_MAX 1024u

/* In what way servers differ. Each pair of servers is compared in the first way in which both can
 * be: alias, then nxdomain, then presence, then content. */
enum census_kind {
    CENSUS_ALIAS,    /* they lead to different names */
    CENSUS_NXDOMAIN, /* for some the name does not exist */
    CENSUS_PRESENCE, /* some have a set, some have none */
    CENSUS_CONTENT,  /* their sets differ */
    CENSUS_KINDS
};

/* What one server said. */
struct census_sighting {
    struct address server;
    uint64_t chain, set; /* hashes; the order of records does not count */
    uint8_t failure;     /* enum error_class; CLASS_NONE: it answered */
    uint8_t level;       /* enum level_outcome; LEVEL_COUNT: the alias is all it had to say */
};

/* What lies beyond the zone is not its servers' to say: of an alias that leads there only the
 * target counts. */
struct census_sighting census_see(const struct answer *a, const struct address *server,
                                  struct name zone);

/* Do the servers that answered differ in this way? */
bool census_differs(const struct census_sighting seen[], size_t count, enum census_kind kind);

/* "presence: 192.0.2.1 records, 192.0.2.2 nodata": NUL-terminated, at most CENSUS_TEXT_MAX octets,
 * cut at a server where there are more. Returns the length without the NUL. */
size_t census_text(const struct census_sighting seen[], size_t count, enum census_kind kind,
                   char *out);

struct census {
    struct address servers[CENSUS_SERVERS_MAX];
    struct census_sighting seen[CENSUS_SERVERS_MAX];
    uint8_t server_count, seen_count;
    uint8_t ns;     /* the server whose addresses are looked for */
    bool asks_ipv6; /* IPv4 addresses of `ns` are known */
    bool too_many;  /* there are addresses that are not asked */
};

enum census_step {
    CENSUS_ADDRESS, /* ask for the addresses (type) of the zone's server `ns` */
    CENSUS_SERVER,  /* ask servers[seen_count] the level's question */
    CENSUS_DONE,    /* seen holds all there is to see */
};

void census_begin(struct census *c);

/* What to ask next of the zone; families that are not to be used are passed over. */
enum census_step census_next(struct census *c, size_t ns_count, bool ipv4, bool ipv6);

/* Takes the addresses that a delegation came with, of the families that are used. */
void census_take_glue(struct census *c, const struct answer *delegation, bool ipv4, bool ipv6);

/* Takes the answer to the step last named; NULL where there is none. */
void census_take_addresses(struct census *c, const struct answer *a);
void census_take_server(struct census *c, const struct answer *a, struct name zone);

#endif
