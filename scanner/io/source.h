/* source.h: the octets of a list, unpacked on the way in. Counts and hashes the file as stored.
 *
 * One thread reads; source_stop and the two counters may be used from any other.
 */
#ifndef CAASCAN_SOURCE_H
#define CAASCAN_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "failure.h"

enum source_status { SOURCE_OCTETS, SOURCE_END, SOURCE_STOPPED, SOURCE_FAILED };

struct source;

/* Opens a file, "-" for standard input, and finds out by its first octets how it is packed. Returns
 * NULL with a reason if it can't be read or is packed in a way that can't be undone. The path is
 * borrowed until source_free. */
struct source *source_new(const char *path, struct failure *why);

/* Reads up to cap octets (cap above 0), waiting for at least one. On SOURCE_OCTETS *len is above 0.
 * The other results come again on every later call. */
enum source_status source_read(struct source *source, uint8_t *into, size_t cap, size_t *len);

/* Why source_read returned SOURCE_FAILED; borrowed. */
const struct failure *source_failure(const struct source *source);

/* Ends a wait in source_read and all later reading. Also safe in a signal handler. */
void source_stop(struct source *source);

/* Octets taken from the file as stored, and its size, 0 where that is not known. */
uint64_t source_octets_read(const struct source *source);
uint64_t source_octets_total(const struct source *source);

/* SHA-256 of the octets taken from the file so far, in lower-case hex. */
void source_sha256(const struct source *source, char hex[65]);

/* How messages call it. */
const char *source_name(const struct source *source);

/* NULL is allowed. */
void source_free(struct source *source);

#endif
