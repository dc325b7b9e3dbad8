/* anchors.h: the root's trust anchors, from a file or built in. */
#ifndef CAASCAN_ANCHORS_H
#define CAASCAN_ANCHORS_H

#include <stdbool.h>

#include "failure.h"
#include "resolve.h"

/* Read where no file is named and this one is there; else the anchors built in count. */
#define ANCHORS_FILE "/etc/caascan/root.key"

/* Reads DS and DNSKEY records of the root in zone format; a DNSKEY counts as its SHA-256 DS if it
 * is a key signing key that is not revoked. path NULL: ANCHORS_FILE or those built in. False with
 * FAILURE_INPUT naming file and line, also where nothing in it can be used. */
bool anchors_read(struct trust_anchors *out, const char *path, struct failure *why);

#endif
