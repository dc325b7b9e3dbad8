#define _POSIX_C_SOURCE 200809L
#include "csv_file.h"

#include <errno.h>
#include <fcntl.h>
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
    csv->file = noted_file_open(&csv->noted, fd);
    if (csv->file == NULL)
        close(fd);
    return csv->file != NULL;
}

static void write_row(struct csv_file *csv)
{
    size_t len = csv->row.len;
    bool written = len == 0 || fwrite(csv->row.octets, 1, len, csv->file) == len;
    if ((!written || csv->row.no_memory) && csv->error == 0)
        csv->error = csv->row.no_memory ? ENOMEM : errno;
    csv_buffer_clear(&csv->row);
}

static bool sync_rows(struct csv_file *csv)
{
    write_row(csv);
    int error = noted_file_flush(&csv->noted, csv->file);
    if (csv->error != 0 || error != 0) {
        errno = csv->error != 0 ? csv->error : error;
        return false;
    }
    return fsync(csv->noted.fd) == 0;
}

bool csv_file_end(struct csv_file *csv)
{
    if (!sync_rows(csv))
        return csv_file_abandon(csv);
    csv_buffer_fini(&csv->row);
    fclose(csv->file);
    return true;
}

/* A folder in the place of a file would stop the renaming half-way. */
static bool is_free(int folder, const char *name)
{
    struct stat there;
    if (fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(there.st_mode))
        return true;
    errno = EISDIR;
    return false;
}

bool csv_file_publish(int folder, const char *const *names, size_t count, const char **failed)
{
    char part[NAME_LEN_MAX];
    for (size_t i = 0; i < count; i++) {
        *failed = names[i];
        if (!is_free(folder, names[i]))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        *failed = names[i];
        part_name(part, names[i]);
        if (renameat(folder, part, folder, names[i]) != 0)
            return false;
    }
    return true;
}

void csv_file_discard(int folder, const char *const *names, size_t count)
{
    char part[NAME_LEN_MAX];
    for (size_t i = 0; i < count; i++) {
        part_name(part, names[i]);
        unlinkat(folder, part, 0);
    }
}

bool csv_file_close(struct csv_file *csv)
{
    const char *failed;
    if (!csv_file_end(csv))
        return false;
    if (csv_file_publish(csv->folder, &csv->name, 1, &failed))
        return true;
    int why = errno;
    csv_file_discard(csv->folder, &csv->name, 1);
    errno = why;
    return false;
}

bool csv_file_abandon(struct csv_file *csv)
{
    char part[NAME_LEN_MAX];
    int why = errno;
    part_name(part, csv->name);
    csv_buffer_fini(&csv->row);
    fclose(csv->file);
    unlinkat(csv->folder, part, 0);
    errno = why;
    return false;
}

/* The cell for the copy of the table, if there is one. */
static void copy(struct csv_file *csv, struct cell cell)
{
    if (csv->copy != NULL)
        grid_add(csv->copy, cell);
}

void csv_file_text(struct csv_file *csv, struct caa_text text)
{
    if (csv->copy != NULL)
        grid_add_text(csv->copy, text);
    csv_buffer_text(&csv->row, text);
}

void csv_file_octets(struct csv_file *csv, struct caa_text octets)
{
    csv_buffer_octets(&csv->row, octets);
}

void csv_file_word(struct csv_file *csv, const char *word)
{
    csv_file_text(csv, caa_text_from(word));
}

void csv_file_count(struct csv_file *csv, uint64_t count)
{
    copy(csv, (struct cell){.kind = CELL_COUNT, .count = count});
    csv_buffer_count(&csv->row, count);
}

void csv_file_change(struct csv_file *csv, uint64_t before, uint64_t now)
{
    copy(csv, (struct cell){.kind = CELL_NUMBER, .number = (double)now - (double)before});
    csv_buffer_change(&csv->row, before, now);
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
    copy(csv, (struct cell){.kind = CELL_SHARE, .number = fraction});
    csv_buffer_fraction(&csv->row, fraction);
}

void csv_file_number(struct csv_file *csv, double number)
{
    copy(csv, (struct cell){.kind = CELL_NUMBER, .number = number});
    csv_buffer_fraction(&csv->row, number);
}

void csv_file_empty(struct csv_file *csv)
{
    copy(csv, (struct cell){.kind = CELL_EMPTY});
    csv_buffer_empty(&csv->row);
}

void csv_file_end_row(struct csv_file *csv)
{
    csv_buffer_end_row(&csv->row);
    write_row(csv);
    if (csv->copy != NULL)
        grid_end_row(csv->copy);
}
