/* record_json.h: turns a line that is JSON, but not canonical, into a canonical line. */
#ifndef CAASCAN_RECORD_JSON_H
#define CAASCAN_RECORD_JSON_H

#include "record_line.h"

/* Writes the canonical form of the line to a new block, *out (free it), and its length to *out_len.
 * Keys that schema.h does not have are dropped. A key that is missing, and a value that the schema
 * has no room for, is RECORD_BAD with the cause in reason (reason_cap octets); so is a line that is
 * no JSON object. */
enum record_status record_json_canonical(struct caa_text line, uint8_t **out, size_t *out_len,
                                         char *reason, size_t reason_cap);

#endif
