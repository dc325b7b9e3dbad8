/* frame_write.h: makes the frames of the record file (schema.h): octets in, octets out, no file.
 *
 * A frame stands behind its 12-octet pzstd header, so that stock pzstd inflates in parallel, and is
 * independent of all others: content size, checksum, no dictionary. A struct belongs to one thread.
 */
#ifndef CAASCAN_FRAME_WRITE_H
#define CAASCAN_FRAME_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame_write;

/* For content of at most raw_max octets at zstd's level. NULL where memory is short or the level is
 * outside of zstd's range. */
struct frame_write *frame_write_new(int level, size_t raw_max);

/* Octets of the largest frame that it may make, header included. */
size_t frame_write_max(const struct frame_write *f);

/* Header and zstd frame with this content, compressed in one call: then zstd reads it where it
 * stands. Fed in pieces it would copy each and pass over its window's end again and again, which
 * takes a fifth more. The octets belong to *f and hold until its next call. NULL where len is above
 * raw_max or zstd fails. */
const uint8_t *frame_write_records(struct frame_write *f, const uint8_t *raw, size_t len,
                                   size_t *out_len);

/* Header and skippable frame with this text: the first frame of a file. As frame_write_records. */
const uint8_t *frame_write_metadata(struct frame_write *f, const char *json, size_t *out_len);

/* NULL is allowed. */
void frame_write_free(struct frame_write *f);

#endif
