#define _POSIX_C_SOURCE 200809L
#include "report_files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_finish.h"
#include "interrupt.h"
#include "report_earlier.h"
#include "say.h"

#define PART_SUFFIX ".part"
#define PART_LEN_MAX 256u
#define SUMS "SHA256SUMS"

static void part_of(char part[PART_LEN_MAX], const char *name)
{
    snprintf(part, PART_LEN_MAX, "%s" PART_SUFFIX, name);
}

/* Says what went wrong with a file, by errno. Returns false. */
static bool complain(struct report_files *files, const char *name)
{
    const char *why = strerror(errno);
    if (!files->is_part)
        say("%s/%s: %s", files->path, name, why);
    else if (files->trouble[0] == '\0')
        snprintf(files->trouble, sizeof files->trouble, "%s: %s", name, why);
    return false;
}

static void tell_trouble(struct report_files *whole, const struct report_files *part)
{
    if (part->trouble[0] == '\0' || whole->told)
        return;
    say("%s/%s", whole->path, part->trouble);
    whole->told = true;
}

void report_files_init(struct report_files *files, int folder, const char *path)
{
    *files = (struct report_files){.folder = folder, .path = path, .finish = file_finish_new()};
}

void report_files_begin_part(struct report_files *part, const struct report_files *whole)
{
    *part = (struct report_files){
        .folder = whole->folder, .path = whole->path, .finish = whole->finish, .is_part = true};
}

bool report_files_folder(struct report_files *files, const char *name)
{
    if (mkdirat(files->folder, name, 0777) != 0)
        return errno == EEXIST || complain(files, name);
    assert(files->made_count < REPORT_FILES_FOLDERS);
    files->made[files->made_count++] = name;
    return true;
}

static bool reserve(struct report_files *files, size_t more)
{
    char **names = realloc(files->names, (files->count + more) * sizeof *names);
    if (names == NULL)
        return false;
    files->names = names;
    struct finished **finished =
        realloc(files->finished, (files->count + more) * sizeof(struct finished *));
    if (finished == NULL)
        return false;
    files->finished = finished;
    return true;
}

static bool add_name(struct report_files *files, const char *name)
{
    if (!reserve(files, 1))
        return false;
    files->finished[files->count] = NULL;
    files->names[files->count] = strdup(name);
    if (files->names[files->count] == NULL)
        return false;
    files->count++;
    return true;
}

FILE *report_files_open(struct report_files *files, const char *name)
{
    char part[PART_LEN_MAX];
    if (interrupt_came())
        return NULL;
    part_of(part, name);
    int fd = openat(files->folder, part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) {
        complain(files, name);
        return NULL;
    }
    files->file = add_name(files, name) ? noted_file_open(&files->noted, fd) : NULL;
    if (files->file == NULL) {
        complain(files, name);
        close(fd);
        unlinkat(files->folder, part, 0);
    }
    return files->file;
}

/* Hands the file over to those who bring it onto the disk. False with errno. */
static bool hand_over(struct report_files *files)
{
    struct finished *finished = calloc(1, sizeof *finished);
    if (files->finish == NULL || finished == NULL) {
        free(finished);
        errno = ENOMEM;
        return false;
    }
    finished->fd = fcntl(files->noted.fd, F_DUPFD_CLOEXEC, 0);
    if (finished->fd < 0) {
        free(finished);
        return false;
    }
    files->finished[files->count - 1] = finished;
    file_finish_add(files->finish, finished);
    return true;
}

bool report_files_close(struct report_files *files)
{
    FILE *file = files->file;
    errno = noted_file_flush(&files->noted, file);
    bool whole = errno == 0 && hand_over(files);
    if (!whole)
        complain(files, files->names[files->count - 1]);
    fclose(file);
    files->file = NULL;
    return whole;
}

/* Is the file on the disk? */
static bool is_finished(struct report_files *files, size_t index)
{
    errno = files->finished[index]->error;
    return errno == 0 || complain(files, files->names[index]);
}

static bool write_sums(struct report_files *files)
{
    size_t count = files->count;
    FILE *out = report_files_open(files, SUMS);
    if (out == NULL)
        return false;
    file_finish_wait(files->finish);
    bool put = true;
    for (size_t i = 0; put && i < count; i++) {
        put = is_finished(files, i);
        fprintf(out, "%s  %s\n", files->finished[i]->sum, files->names[i]);
    }
    if (!report_files_close(files) || !put)
        return false;
    file_finish_wait(files->finish);
    return is_finished(files, count);
}

/* A folder in the place of a file would stop the renaming half-way. */
static bool is_free(struct report_files *files, const char *name)
{
    struct stat there;
    if (fstatat(files->folder, name, &there, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(there.st_mode))
        return true;
    errno = EISDIR;
    return complain(files, name);
}

/* Of an earlier report in the folder nothing stays that the sums do not name. */
static bool remove_earlier(struct report_files *files)
{
    char failed[PART_LEN_MAX];
    return report_earlier_remove(files->folder, files->names, files->count, failed) ||
           complain(files, failed);
}

bool report_files_publish(struct report_files *files)
{
    if (!write_sums(files) || interrupt_came())
        return false;
    for (size_t i = 0; i < files->count; i++) {
        if (!is_free(files, files->names[i]))
            return false;
    }
    if (!remove_earlier(files))
        return false;
    for (size_t i = 0; i < files->count; i++) {
        char part[PART_LEN_MAX];
        part_of(part, files->names[i]);
        if (renameat(files->folder, part, files->folder, files->names[i]) != 0)
            return complain(files, files->names[i]);
    }
    return fsync(files->folder) == 0 || complain(files, SUMS);
}

/* Closes the file that is open, and removes all that have no name yet. */
static void give_up(struct report_files *files)
{
    if (files->file != NULL)
        fclose(files->file);
    files->file = NULL;
    for (size_t i = 0; i < files->count; i++) {
        char part[PART_LEN_MAX];
        part_of(part, files->names[i]);
        unlinkat(files->folder, part, 0);
        free(files->names[i]);
        free(files->finished[i]);
    }
    free(files->names);
    free(files->finished);
    files->names = NULL;
    files->finished = NULL;
    files->count = 0;
}

bool report_files_join(struct report_files *whole, struct report_files *part)
{
    tell_trouble(whole, part);
    bool joined = part->count == 0 || reserve(whole, part->count);
    if (joined && part->count > 0) {
        memcpy(whole->names + whole->count, part->names, part->count * sizeof *part->names);
        memcpy(whole->finished + whole->count, part->finished,
               part->count * sizeof(struct finished *));
        whole->count += part->count;
        part->count = 0;
    }
    if (!joined) {
        file_finish_wait(part->finish);
        say("out of memory");
    }
    give_up(part);
    return joined;
}

void report_files_fini(struct report_files *files)
{
    file_finish_free(files->finish);
    give_up(files);
    for (size_t i = 0; i < files->made_count; i++)
        unlinkat(files->folder, files->made[i], AT_REMOVEDIR);
    *files = (struct report_files){0};
}
