/* zone_text.h: the text of a zone file, before ldns reads it. */
#ifndef ZONE_TEXT_H
#define ZONE_TEXT_H

#include <stdio.h>

#include "caa_text.h"

/* Reads a stream to its end. The octets are the caller's to free, also after a failure. False with
 * errno. */
bool zone_text_read(FILE *file, char **octets, size_t *len);

/* The line, from 1 on, whose quote is still open at its end; 0 where there is none. ldns takes such
 * a quote as one that ends with the line, or with the file, and gives the record that would be. A
 * quote behind a backslash or in a comment is none (RFC 1035 section 5.1). */
size_t zone_text_open_quote(struct caa_text text);

#endif
