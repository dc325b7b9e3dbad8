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

/* Content of the frame that is being made, and how much more it takes. */
size_t frame_write_len(const struct frame_write *f);
size_t frame_write_room(const struct frame_write *f);

/* Adds content, which is compressed now, while the processor still has it at hand. False where len
 * is above frame_write_room or zstd fails; then the frame can't be ended. */
bool frame_write_add(struct frame_write *f, const uint8_t *raw, size_t len);

/* Ends the frame. Returns its header and the zstd frame with all that was added, which belong to *f
 * and hold until its next call; what is added then begins another one. NULL where nothing was added
 * or zstd fails. */
const uint8_t *frame_write_end(struct frame_write *f, size_t *out_len);

/* Header and skippable frame with this text: the first frame of a file. The octets hold until the
 * next call. Not while a frame is being made. NULL where the text is too long. */
const uint8_t *frame_write_metadata(struct frame_write *f, const char *json, size_t *out_len);

/* NULL is allowed. */
void frame_write_free(struct frame_write *f);

#endif
