#define _POSIX_C_SOURCE 200809L
#include "report_files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

#define PART_SUFFIX ".part"
#define PART_LEN_MAX 256u
#define SUMS "SHA256SUMS"
#define SHA256_LEN 32u

static void part_of(char part[PART_LEN_MAX], const char *name)
{
    snprintf(part, PART_LEN_MAX, "%s" PART_SUFFIX, name);
}

/* Says what went wrong with a file, by errno. Returns false. */
static bool complain(const struct report_files *files, const char *name)
{
    say("%s/%s: %s", files->path, name, strerror(errno));
    return false;
}

void report_files_init(struct report_files *files, int folder, const char *path)
{
    *files = (struct report_files){.folder = folder, .path = path};
}

bool report_files_folder(struct report_files *files, const char *name)
{
    if (mkdirat(files->folder, name, 0777) != 0)
        return errno == EEXIST || complain(files, name);
    assert(files->made_count < REPORT_FILES_FOLDERS);
    files->made[files->made_count++] = name;
    return true;
}

static bool add_name(struct report_files *files, const char *name)
{
    char **names = realloc(files->names, (files->count + 1) * sizeof *names);
    if (names == NULL)
        return false;
    files->names = names;
    files->names[files->count] = strdup(name);
    if (files->names[files->count] == NULL)
        return false;
    files->count++;
    return true;
}

FILE *report_files_open(struct report_files *files, const char *name)
{
    char part[PART_LEN_MAX];
    part_of(part, name);
    int fd = openat(files->folder, part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) {
        complain(files, name);
        return NULL;
    }
    files->file = add_name(files, name) ? fdopen(fd, "w") : NULL;
    if (files->file == NULL) {
        complain(files, name);
        close(fd);
        unlinkat(files->folder, part, 0);
    }
    return files->file;
}

bool report_files_close(struct report_files *files)
{
    FILE *file = files->file;
    errno = EIO; /* of a write that failed earlier no more is known */
    bool whole = fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0;
    if (!whole)
        complain(files, files->names[files->count - 1]);
    fclose(file);
    files->file = NULL;
    return whole;
}

static bool hash_octets(int fd, EVP_MD_CTX *context)
{
    uint8_t octets[64 * 1024];
    for (;;) {
        ssize_t got = read(fd, octets, sizeof octets);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        if (EVP_DigestUpdate(context, octets, (size_t)got) != 1)
            return false;
    }
}

static bool hash_file(int fd, uint8_t digest[SHA256_LEN])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool hashed = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                  hash_octets(fd, context) && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    return hashed;
}

static bool put_sum(const struct report_files *files, FILE *out, const char *name)
{
    char part[PART_LEN_MAX];
    uint8_t digest[SHA256_LEN];
    part_of(part, name);
    int fd = openat(files->folder, part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool hashed = fd >= 0 && hash_file(fd, digest);
    if (fd >= 0)
        close(fd);
    if (!hashed)
        return complain(files, name);
    for (size_t i = 0; i < sizeof digest; i++)
        fprintf(out, "%02x", digest[i]);
    fprintf(out, "  %s\n", name);
    return true;
}

static bool write_sums(struct report_files *files)
{
    size_t count = files->count;
    FILE *out = report_files_open(files, SUMS);
    bool put = out != NULL;
    for (size_t i = 0; put && i < count; i++)
        put = put_sum(files, out, files->names[i]);
    if (out == NULL)
        return false;
    return report_files_close(files) && put;
}

/* A folder in the place of a file would stop the renaming half-way. */
static bool is_free(const struct report_files *files, const char *name)
{
    struct stat there;
    if (fstatat(files->folder, name, &there, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(there.st_mode))
        return true;
    errno = EISDIR;
    return complain(files, name);
}

bool report_files_publish(struct report_files *files)
{
    if (!write_sums(files))
        return false;
    for (size_t i = 0; i < files->count; i++) {
        if (!is_free(files, files->names[i]))
            return false;
    }
    for (size_t i = 0; i < files->count; i++) {
        char part[PART_LEN_MAX];
        part_of(part, files->names[i]);
        if (renameat(files->folder, part, files->folder, files->names[i]) != 0)
            return complain(files, files->names[i]);
    }
    return fsync(files->folder) == 0 || complain(files, SUMS);
}

void report_files_fini(struct report_files *files)
{
    if (files->file != NULL)
        fclose(files->file);
    for (size_t i = 0; i < files->count; i++) {
        char part[PART_LEN_MAX];
        part_of(part, files->names[i]);
        unlinkat(files->folder, part, 0);
        free(files->names[i]);
    }
    for (size_t i = 0; i < files->made_count; i++)
        unlinkat(files->folder, files->made[i], AT_REMOVEDIR);
    free(files->names);
    *files = (struct report_files){0};
}
