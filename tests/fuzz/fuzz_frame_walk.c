/* Any octets as a record file: frames stand in order inside of it, cover each octet once at the
 * most, and a frame hands out its content as a whole or not at all. */
#include <stdint.h>
#include <stdlib.h>

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
    while (frame_walk_next(&walk, &frame)) {
        EXPECT(frame.offset >= end && frame.len <= len - frame.offset);
        EXPECT(frame.len > 0 || frame.kind == FRAME_TORN);
        end = frame.offset + frame.len;
        if (frame.kind == FRAME_RECORDS)
            read_frame(&reader, data + frame.offset, frame.len);
    }
    return 0;
}
