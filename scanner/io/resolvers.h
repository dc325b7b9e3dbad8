/* resolvers.h: the recursive resolvers to ask, from the command line, a file or the system. */
#ifndef CAASCAN_RESOLVERS_H
#define CAASCAN_RESOLVERS_H

#include <stdbool.h>
#include <stddef.h>

#include "address.h"
#include "failure.h"

#define RESOLVERS_MAX 8192u
#define RESOLVERS_SYSTEM_FILE "/etc/resolv.conf"

struct resolvers {
    struct address *list; /* in the order given, each once; ours */
    size_t count;
};

/* Reads the argument of --resolvers: addresses with commas between them, each "192.0.2.1",
 * "192.0.2.1:53", "2001:db8::1" or "[2001:db8::1]:53"; or else the name of a file with one such
 * address a line, alone or behind the word "nameserver". "#" and ";" begin comments.
 * RESOLVERS_SYSTEM_FILE is read by resolvers_from_system. Returns false with a reason that names
 * the value, and in a file the line; *out is then empty. */
bool resolvers_from_argument(struct resolvers *out, const char *argument, struct failure *why);

/* Reads the "nameserver" lines of a resolv.conf(5) file, all else ignored; addresses that can't be
 * used (with a scope id, say) are passed over. Returns false if none is left. */
bool resolvers_from_system(struct resolvers *out, const char *path, struct failure *why);

/* Frees the list; *resolvers is empty after it. */
void resolvers_fini(struct resolvers *resolvers);

#endif
