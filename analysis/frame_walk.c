#include "frame_walk.h"

#include <string.h>
#include <zstd.h>

#include "caascan/schema.h"

#define MAGIC_LEN 4u
#define SKIPPABLE_MASK 0xFFFFFFF0u

static uint32_t u32le(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool is_magic(uint32_t magic)
{
    return magic == ZSTD_MAGICNUMBER || (magic & SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* With fewer than four octets left, do they begin a magic number? */
static bool begins_magic(const uint8_t *p, size_t len)
{
    static const uint8_t frame[] = {0x28, 0xB5, 0x2F, 0xFD};
    static const uint8_t skippable[] = {0x50, 0x2A, 0x4D, 0x18};
    if (len >= MAGIC_LEN)
        return is_magic(u32le(p));
    if (memcmp(p, frame, len) == 0)
        return true;
    return (p[0] & 0xF0) == skippable[0] && memcmp(p + 1, skippable + 1, len - 1) == 0;
}

bool frame_walk_is_zstd(const uint8_t *octets, size_t len)
{
    return len > 0 && begins_magic(octets, len);
}

struct frame_walk frame_walk_start(const uint8_t *octets, size_t len)
{
    return (struct frame_walk){.octets = octets, .len = len};
}

static bool is_pzstd_header(const uint8_t *p, size_t len)
{
    return len >= FRAME_HEADER_LEN && u32le(p) == FRAME_HEADER_MAGIC &&
           u32le(p + 4) == FRAME_HEADER_LEN - 8;
}

/* Where the next pzstd header stands that a frame follows, at `from` or behind but before `end`;
 * `end` where there is none. */
static size_t next_header(const struct frame_walk *walk, size_t from, size_t end)
{
    for (size_t at = from; at + FRAME_HEADER_LEN <= walk->len && at < end; at++) {
        const uint8_t *hit = memchr(walk->octets + at, FRAME_HEADER_MAGIC & 0xFF, end - at);
        if (hit == NULL)
            break;
        at = (size_t)(hit - walk->octets);
        size_t behind = walk->len - at;
        if (is_pzstd_header(hit, behind) &&
            (behind == FRAME_HEADER_LEN ||
             begins_magic(hit + FRAME_HEADER_LEN, behind - FRAME_HEADER_LEN)))
            return at;
    }
    return end;
}

/* Does the announced length end where the file ends or another frame begins? */
static bool announcement_holds(const struct frame_walk *walk)
{
    size_t left = walk->len - walk->at;
    if (walk->announced == 0 || walk->announced > left)
        return false;
    size_t behind = left - walk->announced;
    return behind == 0 || begins_magic(walk->octets + walk->at + walk->announced, behind);
}

static struct frame take(struct frame_walk *walk, size_t len, enum frame_kind kind)
{
    struct frame frame = {walk->at, len, kind};
    walk->at += len;
    walk->announced = 0;
    return frame;
}

/* No whole frame stands here. The announcement tells a torn one from a damaged one; without it a
 * frame that reaches to the end of the file counts as torn. */
static struct frame take_broken(struct frame_walk *walk)
{
    if (announcement_holds(walk))
        return take(walk, walk->announced, FRAME_DAMAGED);
    size_t left = walk->len - walk->at;
    size_t len = next_header(walk, walk->at + 1, walk->len) - walk->at;
    bool torn = len == left && begins_magic(walk->octets + walk->at, left) &&
                (walk->announced == 0 || walk->announced > left);
    return take(walk, len, torn ? FRAME_TORN : FRAME_DAMAGED);
}

/* Passes over a skippable frame. True if there is one to hand out: metadata, or damage. Where a
 * pzstd header stands inside, the length is not to be believed: it would hide whole frames. */
static bool take_skippable(struct frame_walk *walk, size_t len, struct frame *out)
{
    const uint8_t *p = walk->octets + walk->at;
    if (is_pzstd_header(p, len)) {
        uint32_t announced = u32le(p + 8);
        take(walk, len, FRAME_METADATA);
        walk->announced = announced;
        return false;
    }
    size_t inside = next_header(walk, walk->at + 1, walk->at + len) - walk->at;
    bool metadata = u32le(p) == FRAME_METADATA_MAGIC;
    *out = inside < len ? take(walk, inside, FRAME_DAMAGED) : take(walk, len, FRAME_METADATA);
    return inside < len || metadata;
}

size_t frame_walk_announced(const struct frame_walk *walk, const struct frame_head *head)
{
    const uint8_t *p = head->octets;
    if (walk->announced != 0 || head->len < FRAME_WALK_HEAD_LEN || !is_pzstd_header(p, head->len) ||
        u32le(p + FRAME_HEADER_LEN) != ZSTD_MAGICNUMBER)
        return 0;
    size_t begin = walk->at + FRAME_HEADER_LEN, len = u32le(p + FRAME_HEADER_LEN - 4);
    return len != 0 && len <= walk->len - begin ? begin + len : 0;
}

bool frame_walk_take(struct frame_walk *walk, size_t end, const struct frame_head *behind,
                     struct frame *out)
{
    if (behind->len > 0 && !begins_magic(behind->octets, behind->len))
        return false;
    walk->at += FRAME_HEADER_LEN;
    *out = take(walk, end - walk->at, FRAME_RECORDS);
    return true;
}

bool frame_walk_next(struct frame_walk *walk, struct frame *out)
{
    while (walk->at < walk->len) {
        const uint8_t *p = walk->octets + walk->at;
        size_t len = ZSTD_findFrameCompressedSize(p, walk->len - walk->at);
        /* libzstd finds frames of the formats before 1.0 too. */
        if (ZSTD_isError(len) || !is_magic(u32le(p)) ||
            (len != walk->announced && announcement_holds(walk))) {
            *out = take_broken(walk);
            return true;
        }
        if (u32le(p) == ZSTD_MAGICNUMBER) {
            *out = take(walk, len, FRAME_RECORDS);
            return true;
        }
        if (take_skippable(walk, len, out))
            return true;
    }
    if (walk->announced == 0)
        return false;
    *out = take(walk, 0, FRAME_TORN);
    return true;
}
