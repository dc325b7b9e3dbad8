/* text_escape.h: the escapes of strings in a record that hold octets from outside. */
#ifndef TEXT_ESCAPE_H
#define TEXT_ESCAPE_H

#include "caa_text.h"

/* Undoes the escapes of the record: \DDD is an octet, \\ a backslash. Writes to out, which has room
 * for in.len octets. Returns false on any other backslash. */
bool text_escape_undo(struct caa_text in, uint8_t *out, size_t *out_len);

/* Reads pairs of hexadecimal digits. Writes in.len / 2 octets to out; false if it is no such text.
 */
bool text_escape_from_hex(struct caa_text in, uint8_t *out);

#endif
