#define _POSIX_C_SOURCE 200809L
#include "csv_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_SUFFIX ".part"
#define NAME_LEN_MAX 64

static void part_name(char part[NAME_LEN_MAX], const char *name)
{
    snprintf(part, NAME_LEN_MAX, "%s" PART_SUFFIX, name);
}

bool csv_file_open(struct csv_file *csv, int folder, const char *name)
{
    char part[NAME_LEN_MAX];
    part_name(part, name);
    *csv = (struct csv_file){.folder = folder, .name = name};
    int fd = openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return false;
    csv->file = fdopen(fd, "w");
    if (csv->file == NULL)
        close(fd);
    return csv->file != NULL;
}

static bool sync_and_name(struct csv_file *csv)
{
    char part[NAME_LEN_MAX];
    part_name(part, csv->name);
    return fflush(csv->file) == 0 && !ferror(csv->file) && fsync(fileno(csv->file)) == 0 &&
           renameat(csv->folder, part, csv->folder, csv->name) == 0;
}

bool csv_file_close(struct csv_file *csv)
{
    if (!sync_and_name(csv))
        return csv_file_abandon(csv);
    fclose(csv->file);
    return true;
}

bool csv_file_abandon(struct csv_file *csv)
{
    char part[NAME_LEN_MAX];
    int why = errno;
    part_name(part, csv->name);
    fclose(csv->file);
    unlinkat(csv->folder, part, 0);
    errno = why;
    return false;
}

static void begin_cell(struct csv_file *csv)
{
    if (csv->row_begun)
        fputc(',', csv->file);
    csv->row_begun = true;
}

static bool is_plain(uint8_t octet)
{
    return caa_text_is_alnum(octet) || (octet != 0 && strchr("._-:/\\", octet) != NULL);
}

static bool is_formula(struct caa_text text)
{
    text = caa_text_trim(text);
    return text.len > 0 && memchr("=+-@", text.octets[0], 4) != NULL;
}

static bool needs_quotes(struct caa_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_plain(text.octets[i]))
            return true;
    }
    return false;
}

static void put_octet(FILE *file, uint8_t octet)
{
    if (octet < 0x20 || octet > 0x7E)
        fprintf(file, "\\%03u", octet);
    else if (octet == '"')
        fputs("\"\"", file);
    else
        fputc(octet, file);
}

void csv_file_text(struct csv_file *csv, struct caa_text text)
{
    bool formula = is_formula(text);
    const char *quote = formula || needs_quotes(text) ? "\"" : "";
    begin_cell(csv);
    fprintf(csv->file, "%s%s", quote, formula ? "'" : "");
    for (size_t i = 0; i < text.len; i++)
        put_octet(csv->file, text.octets[i]);
    fputs(quote, csv->file);
}

void csv_file_word(struct csv_file *csv, const char *word)
{
    csv_file_text(csv, caa_text_from(word));
}

void csv_file_count(struct csv_file *csv, uint64_t count)
{
    begin_cell(csv);
    fprintf(csv->file, "%" PRIu64, count);
}

void csv_file_share(struct csv_file *csv, uint64_t count, uint64_t whole)
{
    if (whole == 0)
        csv_file_empty(csv);
    else
        csv_file_fraction(csv, (double)count / (double)whole);
}

void csv_file_fraction(struct csv_file *csv, double fraction)
{
    begin_cell(csv);
    fprintf(csv->file, "%.6f", fraction);
}

void csv_file_empty(struct csv_file *csv)
{
    begin_cell(csv);
}

void csv_file_end_row(struct csv_file *csv)
{
    fputc('\n', csv->file);
    csv->row_begun = false;
}
