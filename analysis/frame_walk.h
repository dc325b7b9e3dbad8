/* frame_walk.h: finds the frames of a record file without inflating them. Pure and bounded.
 *
 * A record file is a run of independent zstd frames, each behind a 12-octet pzstd header that says
 * how long it is (schema.h); files that other tools compressed have no such headers. Damage is a
 * frame of its own kind: the walk goes on behind it where the next pzstd header shows the way.
 */
#ifndef FRAME_WALK_H
#define FRAME_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_kind {
    FRAME_RECORDS,  /* a zstd frame; what is inside was not looked at */
    FRAME_METADATA, /* the scan's metadata, behind its 8 octets of skippable header */
    FRAME_TORN,     /* the file ends inside a frame, or right behind a pzstd header */
    FRAME_DAMAGED,  /* octets that are no frame, or not the frame that was announced */
};

struct frame {
    size_t offset; /* in octets from the start of the file */
    size_t len;
    enum frame_kind kind;
};

struct frame_walk {
    const uint8_t *octets;
    size_t len;
    size_t at;
    size_t announced; /* by the pzstd header just passed, 0 without one */
};

/* Does the file begin as zstd frames do, whole or cut short? */
bool frame_walk_is_zstd(const uint8_t *octets, size_t len);

/* Starts at the first octet. The octets are borrowed until the walk ends. */
struct frame_walk frame_walk_start(const uint8_t *octets, size_t len);

/* Gives the next frame; false at the end. pzstd headers and skippable frames of other tools are
 * passed over. */
bool frame_walk_next(struct frame_walk *walk, struct frame *out);

/* The same for octets that are far, as in a file: of a frame behind a pzstd header it needs no more
 * than the first octets, and those behind the frame. The frame may be damaged inside, which
 * frame_walk_next tells at once, and frame_read when it is read. */
#define FRAME_WALK_HEAD_LEN 16u

struct frame_head {
    uint8_t octets[FRAME_WALK_HEAD_LEN];
    size_t len; /* less at the end of the file */
};

/* Where the frame ends that a head at walk->at announces; 0 where that is no such head. */
size_t frame_walk_announced(const struct frame_walk *walk, const struct frame_head *head);

/* Takes the frame that ends at `end`, if what is behind it is another frame or the end of the file.
 * False, and nothing is taken, if not: then frame_walk_next tells more. */
bool frame_walk_take(struct frame_walk *walk, size_t end, const struct frame_head *behind,
                     struct frame *out);

#endif
