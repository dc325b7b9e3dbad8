/* Any octets as a whole file. Reading ends, no view leaves its batch, rows are numbered without a
 * gap, and a plain list has as many rows as it has lines that are neither blank nor comments. The
 * first octet chooses the options. */
#define _GNU_SOURCE /* memfd_create */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ascii.h"
#include "caascan/schema.h"
#include "input.h"
#include "require.h"
#include "unpack.h"

static struct input_batch batch;

static bool inside(const uint8_t *text, size_t len)
{
    return text >= batch.octets && text + len <= batch.octets + batch.used;
}

static void check_target(const struct target *target)
{
    require(inside(target->input, target->input_len) && target->input_len <= RECORD_INPUT_MAX);
    require(inside(target->extra, target->extra_len) && target->extra_len <= TARGET_EXTRA_MAX);
    require(target->rank >= -1);
    require(target->name.len == 0 || inside(target->name.wire, target->name.len));
    size_t at = 0;
    for (unsigned i = 0; i < target->extra_count; i++) {
        uint16_t value_len;
        require(at + sizeof value_len <= target->extra_len);
        memcpy(&value_len, target->extra + at, sizeof value_len);
        at += sizeof value_len + value_len;
    }
    require(at == target->extra_len);
}

/* Rows of plain data read as a list, counted in another way than lines.c does. */
static uint64_t count_rows(const uint8_t *data, size_t len)
{
    uint64_t rows = 0;
    bool fresh = true; /* nothing but white space yet on this line */
    for (size_t i = 0; i < len; i++) {
        if (data[i] == '\n' || data[i] == '\r')
            fresh = true;
        else if (fresh && !ascii_space(data[i])) {
            fresh = false;
            rows += data[i] != '#';
        }
    }
    return rows;
}

static bool countable(const struct input_options *options, const uint8_t *data, size_t len)
{
    const char *refused;
    return options->format == INPUT_LIST && len < INPUT_LINE_MAX &&
           unpack_detect(data, len, &refused) == UNPACK_PLAIN && refused == NULL &&
           (len < 3 || memcmp(data, "\xef\xbb\xbf", 3) != 0);
}

static void check_file(const struct input_options *options, const uint8_t *data, size_t len)
{
    struct failure why = {.kind = FAILURE_NONE};
    struct input *input = input_new(options, &why);
    if (input == NULL) {
        require(why.kind == FAILURE_INPUT && why.text[0] != '\0');
        return;
    }
    uint64_t targets = 0;
    enum input_status status;
    while ((status = input_read(input, &batch, &why)) == INPUT_MORE) {
        require(batch.count > 0 && batch.count <= INPUT_BATCH_MAX);
        for (size_t i = 0; i < batch.count; i++) {
            require(batch.targets[i].row == targets++ / options->prefix_count + 1);
            check_target(&batch.targets[i]);
        }
    }
    require(targets == input_progress(input).rows * options->prefix_count);
    if (countable(options, data, len))
        require(status == INPUT_END && input_progress(input).rows == count_rows(data, len));
    input_free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *const prefixes[] = {"", "www"};
    static const char *const extra[] = {"1", "2"};
    int fd = memfd_create("list", MFD_CLOEXEC);
    if (len == 0 || fd < 0 || write(fd, data + 1, len - 1) != (ssize_t)(len - 1)) {
        close(fd);
        return 0;
    }
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const struct input_options options = {
        .path = path,
        .format = data[0] % 3,
        .prefixes = prefixes,
        .prefix_count = 1 + (data[0] >> 2 & 1),
        .extra = extra,
        .extra_count = data[0] >> 3 & 1,
    };
    check_file(&options, data + 1, len - 1);
    close(fd);
    return 0;
}
