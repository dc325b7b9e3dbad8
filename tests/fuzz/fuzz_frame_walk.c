/* Any octets as a record file: frames stand in order inside of it, cover each octet once at the
 * most, and a frame hands out its content as a whole or not at all. Heads show the same frames. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "frame_read.h"
#include "frame_walk.h"

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static bool count_octets(void *context, const uint8_t *octets, size_t len)
{
    (void)octets;
    *(size_t *)context += len;
    return true;
}

static struct frame_head head_at(const struct frame_walk *walk, size_t at)
{
    size_t left = walk->len - at;
    struct frame_head head = {.len = left < FRAME_WALK_HEAD_LEN ? left : FRAME_WALK_HEAD_LEN};
    memcpy(head.octets, walk->octets + at, head.len);
    return head;
}

/* What is taken by heads alone is what was found, or proves to be damaged when it is read. */
static void take_by_heads(struct frame_walk walk, struct frame_reader *reader, struct frame found)
{
    struct frame_head head = head_at(&walk, walk.at);
    size_t end = frame_walk_announced(&walk, &head);
    struct frame taken;
    if (end == 0)
        return;
    EXPECT(end <= walk.len);
    head = head_at(&walk, end);
    if (!frame_walk_take(&walk, end, &head, &taken))
        return;
    EXPECT(taken.offset == found.offset && taken.len == found.len);
    EXPECT(found.kind == FRAME_RECORDS || found.kind == FRAME_DAMAGED);
    struct frame_sink sink = {count_octets, &(size_t){0}};
    if (found.kind == FRAME_DAMAGED)
        EXPECT(frame_read(reader, walk.octets + taken.offset, taken.len, &sink) ==
               FRAME_READ_DAMAGED);
}

static void read_frame(struct frame_reader *reader, const uint8_t *octets, size_t len)
{
    size_t first = 0, second = 0;
    struct frame_sink sink = {count_octets, &first};
    enum frame_read_status status = frame_read(reader, octets, len, &sink);
    EXPECT(status == FRAME_READ_OK || (status == FRAME_READ_DAMAGED && first == 0));
    sink.context = &second;
    EXPECT(frame_read(reader, octets, len, &sink) == status && second == first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct frame_reader reader;
    if (reader.buffer == NULL)
        EXPECT(frame_reader_init(&reader));
    struct frame_walk walk = frame_walk_start(data, len);
    struct frame frame;
    size_t end = 0;
    for (struct frame_walk before = walk; frame_walk_next(&walk, &frame); before = walk) {
        take_by_heads(before, &reader, frame);
        EXPECT(frame.offset >= end && frame.len <= len - frame.offset);
        EXPECT(frame.len > 0 || frame.kind == FRAME_TORN);
        end = frame.offset + frame.len;
        if (frame.kind == FRAME_RECORDS)
            read_frame(&reader, data + frame.offset, frame.len);
    }
    return 0;
}
