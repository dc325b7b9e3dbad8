#include "input.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "caascan/schema.h"
#include "csv_row.h"
#include "hostname.h"
#include "idn.h"
#include "layout.h"
#include "lines.h"
#include "octets.h"
#include "source.h"

/* The most that one row takes of a batch's octets. */
#define ROW_OCTETS_MAX                                                                             \
    (RECORD_INPUT_MAX + TARGET_EXTRA_MAX + INPUT_PREFIXES_MAX * sizeof(struct name_buffer))
_Static_assert(ROW_OCTETS_MAX <= INPUT_BATCH_OCTETS, "a batch holds any row");
_Static_assert(INPUT_EXTRA_MAX * sizeof(uint16_t) <= TARGET_EXTRA_MAX, "each value has a length");

struct input {
    struct source *source;
    struct lines *lines;
    const char *const *prefixes;
    size_t prefix_count;
    struct layout layout;
    struct csv_row row;
    struct line held; /* the first line, where it is a row */
    bool holds;
    bool has_row_parser;
    uint64_t row_number;
    atomic_uint_least64_t rows;
};

/* A line that is no row: of nothing but white space, or, where there are comments, one of those. */
static bool is_passed_over(const struct line *line, bool comments)
{
    const struct csv_field text = csv_field_trimmed(line->text, line->len);
    return text.len == 0 || (comments && text.text[0] == '#');
}

static bool prefix_valid(const char *prefix)
{
    struct name_buffer name;
    size_t len = strlen(prefix);
    if (len == 0)
        return true;
    if (len > TARGET_PREFIX_MAX || prefix[len - 1] == '.')
        return false;
    const uint8_t *text = (const uint8_t *)prefix;
    /* Numbers alone are no host name, but they may stand before one. */
    enum hostname_fault fault = hostname_check(text, len);
    if (fault != HOSTNAME_OK && fault != HOSTNAME_ADDRESS)
        return false;
    return name_from_text(&name, text, len);
}

static bool same_prefix(const char *a, const char *b)
{
    while (*a != '\0' && ascii_lower((uint8_t)*a) == ascii_lower((uint8_t)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static bool check_prefixes(const struct input_options *options, struct failure *why)
{
    if (options->prefix_count == 0 || options->prefix_count > INPUT_PREFIXES_MAX) {
        failure_set(why, FAILURE_USAGE, "--prefix: expected 1 to %u prefixes, not %zu",
                    INPUT_PREFIXES_MAX, options->prefix_count);
        return false;
    }
    for (size_t i = 0; i < options->prefix_count; i++) {
        const char *prefix = options->prefixes[i];
        if (!prefix_valid(prefix)) {
            failure_set(why, FAILURE_USAGE,
                        "--prefix \"%s\": expected labels of letters, digits, \"-\" and \"_\" with "
                        "dots between them, at most %u octets",
                        prefix, TARGET_PREFIX_MAX);
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (same_prefix(prefix, options->prefixes[j])) {
                failure_set(why, FAILURE_USAGE, "--prefix: \"%s\" is given twice", prefix);
                return false;
            }
        }
    }
    return true;
}

/* Splits a line into the fields of input->row; without fields where that can't be done. */
static void split(struct input *input, const struct line *line)
{
    input->row.count = 0;
    if (line->cut)
        return;
    if (input->layout.format == INPUT_LIST)
        csv_row_single(&input->row, line->text, line->len);
    else
        csv_row_parse(&input->row, line->text, line->len);
}

/* Reads as far as the first row and settles the layout. A list without any line is in order. */
static bool read_layout(struct input *input, const struct input_options *options,
                        struct failure *why)
{
    enum lines_status status;
    struct line *first = &input->held;
    do
        status = lines_next(input->lines, true, first);
    while (status == LINES_READY && is_passed_over(first, true));
    if (status == LINES_FAILED)
        *why = *source_failure(input->source);
    if (status != LINES_READY)
        return status == LINES_END;

    layout_detect(&input->layout, options, first);
    input->has_row_parser = csv_row_init(&input->row, input->layout.separator);
    if (!input->has_row_parser) {
        failure_set(why, FAILURE_INPUT, "%s: no memory to read it", source_name(input->source));
        return false;
    }
    split(input, first);
    input->holds = true;
    if (!layout_choose(&input->layout, options, &input->row, source_name(input->source), why))
        return false;
    input->holds = !input->layout.header;
    return true;
}

static bool open_all(struct input *input, const struct input_options *options, struct failure *why)
{
    input->source = source_new(options->path, why);
    if (input->source == NULL)
        return false;
    input->lines = lines_new(input->source, why);
    return input->lines != NULL && read_layout(input, options, why);
}

struct input *input_new(const struct input_options *options, struct failure *why)
{
    if (!check_prefixes(options, why) || !layout_check_options(options, why))
        return NULL;
    struct input *input = calloc(1, sizeof *input);
    if (input == NULL) {
        failure_set(why, FAILURE_INPUT, "%s: no memory to read it", options->path);
        return NULL;
    }
    input->prefixes = options->prefixes;
    input->prefix_count = options->prefix_count;
    if (open_all(input, options, why))
        return input;
    input_free(input);
    return NULL;
}

static uint8_t *batch_take(struct input_batch *batch, size_t len)
{
    uint8_t *octets = batch->octets + batch->used;
    batch->used += len;
    return octets;
}

/* A rank that is no number, or too large, is none: the row is asked all the same. */
static int64_t parse_rank(const struct csv_field *field)
{
    if (field == NULL || field->len == 0)
        return -1;
    int64_t rank = 0;
    for (size_t i = 0; i < field->len; i++) {
        if (!ascii_digit(field->text[i]))
            return -1;
        int digit = field->text[i] - '0';
        if (rank > (INT64_MAX - digit) / 10)
            return -1;
        rank = rank * 10 + digit;
    }
    return rank;
}

static void pack_extra(const struct input *input, struct input_batch *batch, struct target *target)
{
    const struct layout *layout = &input->layout;
    size_t left = TARGET_EXTRA_MAX - layout->extra_count * sizeof(uint16_t);
    target->extra = batch->octets + batch->used;
    target->extra_count = (uint8_t)layout->extra_count;
    for (size_t i = 0; i < layout->extra_count; i++) {
        const struct csv_field *field = csv_row_field(&input->row, layout->extra[i]);
        size_t len = field != NULL ? field->len : 0;
        uint16_t kept = (uint16_t)(len < left ? len : left);
        left -= kept;
        memcpy(batch_take(batch, sizeof kept), &kept, sizeof kept);
        if (kept > 0)
            memcpy(batch_take(batch, kept), field->text, kept);
    }
    target->extra_len = (uint16_t)(batch->octets + batch->used - target->extra);
}

static void keep_input(struct input_batch *batch, struct target *target, const uint8_t *text,
                       size_t len)
{
    size_t kept = len < RECORD_INPUT_MAX ? len : RECORD_INPUT_MAX;
    uint8_t *octets = batch_take(batch, kept);
    octets_copy(octets, text, kept);
    target->input = octets;
    target->input_len = (uint16_t)kept;
}

/* The host name of a field in ASCII; with len 0 where there is none. `converted` is room for it. */
static struct hostname find_host(const struct csv_field *field, char converted[IDN_TEXT_MAX])
{
    struct hostname host;
    if (hostname_find(field->text, field->len, &host) != HOSTNAME_OK)
        return (struct hostname){.wildcard = host.wildcard};
    if (host.ascii)
        return host;
    host.len = idn_to_ascii(host.text, host.len, converted);
    host.text = (const uint8_t *)converted;
    if (hostname_check(host.text, host.len) != HOSTNAME_OK)
        host.len = 0;
    return host;
}

/* Names are made where they stay: octets that were just written one by one can't be copied by words
 * before they have left the processor's store buffer. */
static void set_name(struct input_batch *batch, struct target *target, const struct hostname *host)
{
    struct name_buffer *name = (struct name_buffer *)(batch->octets + batch->used);
    target->name = (struct name){0};
    if (host->len == 0 || hostname_name(name, target->prefix, host->text, host->len) != HOSTNAME_OK)
        return;
    target->name = (struct name){.wire = batch_take(batch, name->len), .len = name->len};
}

/* Makes the targets of one row, one for each prefix. */
static void add_row(struct input *input, const struct line *line, struct input_batch *batch)
{
    split(input, line);
    const struct csv_field whole = {.text = line->text, .len = line->len};
    const struct csv_field *field = csv_row_field(&input->row, input->layout.domain);
    char converted[IDN_TEXT_MAX];
    struct hostname host = {0};
    if (field != NULL)
        host = find_host(field, converted);
    struct target *first = &batch->targets[batch->count];
    first->row = ++input->row_number;
    first->rank = parse_rank(csv_row_field(&input->row, input->layout.rank));
    first->wildcard = host.wildcard;
    const struct csv_field *given = field != NULL ? field : &whole;
    keep_input(batch, first, given->text, given->len);
    pack_extra(input, batch, first);
    for (size_t i = 0; i < input->prefix_count; i++) {
        struct target *target = &first[i];
        if (i > 0)
            *target = *first;
        target->prefix = input->prefixes[i];
        set_name(batch, target, &host);
    }
    batch->count += input->prefix_count;
    atomic_store_explicit(&input->rows, input->row_number, memory_order_relaxed);
}

static enum lines_status next_row(struct input *input, bool may_read, struct line *line)
{
    if (input->holds) {
        input->holds = false;
        *line = input->held;
        return LINES_READY;
    }
    enum lines_status status;
    bool list = input->layout.format == INPUT_LIST;
    do
        status = lines_next(input->lines, may_read, line);
    while (status == LINES_READY && is_passed_over(line, list));
    return status;
}

enum input_status input_read(struct input *input, struct input_batch *batch, struct failure *why)
{
    batch->count = 0;
    batch->used = 0;
    batch->last = false;
    while (batch->count + input->prefix_count <= INPUT_BATCH_MAX &&
           batch->used + ROW_OCTETS_MAX <= INPUT_BATCH_OCTETS) {
        struct line line;
        enum lines_status status = next_row(input, batch->count == 0, &line);
        batch->last = status != LINES_READY;
        if (status == LINES_READY)
            add_row(input, &line, batch);
        else if (batch->count > 0)
            break;
        else if (status == LINES_FAILED)
            *why = *source_failure(input->source);
        if (status != LINES_READY)
            return status == LINES_FAILED ? INPUT_FAILED : INPUT_END;
    }
    return INPUT_MORE;
}

struct input_progress input_progress(const struct input *input)
{
    return (struct input_progress){
        .octets_read = source_octets_read(input->source),
        .octets_total = source_octets_total(input->source),
        .rows = atomic_load_explicit(&input->rows, memory_order_relaxed),
    };
}

void input_sha256(const struct input *input, char hex[65])
{
    source_sha256(input->source, hex);
}

void input_stop(struct input *input)
{
    source_stop(input->source);
}

void input_free(struct input *input)
{
    if (input == NULL)
        return;
    if (input->has_row_parser)
        csv_row_fini(&input->row);
    lines_free(input->lines);
    source_free(input->source);
    free(input);
}
