#define _POSIX_C_SOURCE 200809L /* getline */
#include "cert_csv.h"

#include <csv.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "say.h"

#define FIELDS_MAX 64u
#define LINE_LEN_MAX 65536u

/* The columns that are looked for, with all their names; the first one is in messages. */
static const char *const columns[][8] = {
    {"name", "domain", "dnsname", "commonname", "host", "hostname", "san", NULL},
    {"issuer", "issuero", "issuerorganization", "issuername", "organization", "ca", NULL},
    {"notbefore", "validfrom", "issued", NULL},
    {"wildcard", "iswildcard", NULL},
};

enum { COLUMN_NAME, COLUMN_ISSUER, COLUMN_NOT_BEFORE, COLUMN_WILDCARD, COLUMN_COUNT };

#define NOWHERE SIZE_MAX

struct reader {
    struct csv_parser parser;
    const char *label;
    const struct cert_sink *sink;
    uint64_t line;
    uint64_t bad_rows;
    size_t at[COLUMN_COUNT]; /* index of a column, or NOWHERE */
    bool header_read;
    bool whole; /* the line has ended a row */
    struct caa_text fields[FIELDS_MAX];
    size_t field_count;
    uint8_t octets[LINE_LEN_MAX];
    size_t used;
};

static void on_field(void *text, size_t len, void *context)
{
    struct reader *reader = context;
    size_t index = reader->field_count++;
    if (index >= FIELDS_MAX || len > sizeof reader->octets - reader->used)
        return;
    uint8_t *kept = reader->octets + reader->used;
    if (len > 0)
        memcpy(kept, text, len);
    reader->fields[index] = caa_text_of(kept, len);
    reader->used += len;
}

static void on_end(int octet, void *context)
{
    struct reader *reader = context;
    (void)octet;
    reader->whole = true;
}

/* Splits a line without its end into fields. False where a quote is left open. */
static bool split(struct reader *reader, const char *line, size_t len)
{
    reader->field_count = reader->used = 0;
    reader->whole = false;
    csv_parse(&reader->parser, line, len, on_field, on_end, reader);
    csv_parse(&reader->parser, "\n", 1, on_field, on_end, reader);
    if (reader->whole || memchr(line, CSV_QUOTE, len) == NULL)
        return true; /* what ends no row and has no quote is blank */
    csv_parse(&reader->parser, "\"\n", 2, on_field, on_end, reader);
    reader->field_count = 0;
    return false;
}

static void tell_bad(struct reader *reader, const char *what, struct caa_text value)
{
    reader->bad_rows++;
    if (reader->bad_rows > CERT_CSV_TOLD_MAX)
        return;
    if (value.len > 0)
        say("%s: line %" PRIu64 ": %s: \"%.*s\"", reader->label, reader->line, what,
            value.len > 200 ? 200 : (int)value.len, (const char *)value.octets);
    else
        say("%s: line %" PRIu64 ": %s", reader->label, reader->line, what);
}

/* Is a word of the header, with blanks, _ and - taken out, the name of a column? */
static bool is_word(struct caa_text field, const char *name)
{
    size_t len = 0;
    for (size_t i = 0; i < field.len; i++) {
        uint8_t octet = field.octets[i];
        if (octet == ' ' || octet == '_' || octet == '-')
            continue;
        if (caa_text_fold_octet(octet) != (uint8_t)name[len] || name[len] == '\0')
            return false;
        len++;
    }
    return name[len] == '\0';
}

/* Names in the order of the table: `name` is taken before `host` where both are there. */
static size_t find_column(const struct reader *reader, size_t column)
{
    for (size_t n = 0; columns[column][n] != NULL; n++) {
        for (size_t i = 0; i < reader->field_count && i < FIELDS_MAX; i++) {
            if (is_word(reader->fields[i], columns[column][n]))
                return i;
        }
    }
    return NOWHERE;
}

static bool take_header(struct reader *reader)
{
    reader->header_read = true;
    for (size_t column = 0; column < COLUMN_COUNT; column++) {
        reader->at[column] = find_column(reader, column);
        if (reader->at[column] == NOWHERE && column != COLUMN_WILDCARD) {
            say("%s: line %" PRIu64 ": the header has no column %s", reader->label, reader->line,
                columns[column][0]);
            return false;
        }
    }
    return true;
}

static struct caa_text cell(const struct reader *reader, size_t column)
{
    size_t at = reader->at[column];
    return at < reader->field_count && at < FIELDS_MAX ? reader->fields[at] : (struct caa_text){0};
}

/* False where the sink ends it. */
static bool take_row(struct reader *reader)
{
    struct cert_cells cells = {cell(reader, COLUMN_NAME), cell(reader, COLUMN_ISSUER),
                               cell(reader, COLUMN_NOT_BEFORE), cell(reader, COLUMN_WILDCARD)};
    struct cert_row row;
    struct cert_fault fault = cert_row_read(&cells, &row);
    if (fault.what != NULL) {
        tell_bad(reader, fault.what, fault.value);
        return true;
    }
    return reader->sink->take(reader->sink->context, &row);
}

static bool take_line(struct reader *reader, const char *line, size_t len)
{
    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        len--;
    if (len > LINE_LEN_MAX) {
        tell_bad(reader, "longer than 65536 octets", (struct caa_text){0});
        return true;
    }
    if (!split(reader, line, len)) {
        tell_bad(reader, "a quote is left open", (struct caa_text){0});
        return true;
    }
    if (reader->field_count == 0)
        return true;
    return reader->header_read ? take_row(reader) : take_header(reader);
}

static bool read_lines(struct reader *reader, FILE *file)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* which some programs put in front of UTF-8 */
    char *line = NULL;
    size_t cap = 0;
    bool good = true;
    for (ssize_t len; good && (len = getline(&line, &cap, file)) >= 0;) {
        size_t skip = reader->line++ == 0 && len >= 3 && memcmp(line, mark, 3) == 0 ? 3 : 0;
        good = take_line(reader, line + skip, (size_t)len - skip);
    }
    int why = errno;
    free(line);
    if (good && !feof(file)) {
        say("%s: %s", reader->label, strerror(why));
        return false;
    }
    if (good && !reader->header_read)
        say("%s: no header: it wants the columns name, issuer, notBefore, and may have wildcard",
            reader->label);
    return good && reader->header_read;
}

bool cert_csv_read_stream(FILE *file, const char *label, const struct cert_sink *sink,
                          uint64_t *bad_rows)
{
    struct reader *reader = calloc(1, sizeof *reader);
    *bad_rows = 0;
    if (reader == NULL || csv_init(&reader->parser, 0) != 0) {
        free(reader);
        say("out of memory");
        return false;
    }
    csv_set_blk_size(&reader->parser, LINE_LEN_MAX + 16);
    reader->label = label;
    reader->sink = sink;
    bool good = read_lines(reader, file);
    *bad_rows = reader->bad_rows;
    csv_free(&reader->parser);
    free(reader);
    if (*bad_rows > 0 && good)
        say("%" PRIu64 " bad rows are left out", *bad_rows);
    return good;
}

bool cert_csv_read(const char *path, const struct cert_sink *sink, uint64_t *bad_rows)
{
    if (strcmp(path, "-") == 0)
        return cert_csv_read_stream(stdin, "standard input", sink, bad_rows);
    FILE *file = fopen(path, "r");
    *bad_rows = 0;
    if (file == NULL) {
        say("%s: %s", path, strerror(errno));
        return false;
    }
    bool good = cert_csv_read_stream(file, path, sink, bad_rows);
    fclose(file);
    return good;
}
