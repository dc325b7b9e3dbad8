/* replay_main.c: runs a fuzz target over its seeds, without libFuzzer.
 *
 *   fuzz_NAME SEED_DIR [OCTET_DIR]
 *
 * A seed whose name ends in .hex holds pairs of hex digits, with white space anywhere between pairs
 * and comments from '#' to the end of the line; any other seed is taken as it is. With OCTET_DIR
 * the octets of every seed are also written there, which is what libFuzzer starts from.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SEED_MAX ((size_t)1 << 20)
#define PATH_LEN_MAX ((size_t)4096)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static _Noreturn void die(const char *what, const char *path)
{
    fprintf(stderr, "replay: %s: %s\n", what, path);
    exit(2);
}

static size_t read_all(const char *path, uint8_t *into)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        die("can't open seed", path);
    size_t len = fread(into, 1, SEED_MAX, file);
    if (ferror(file) || (len == SEED_MAX && fgetc(file) != EOF))
        die("can't read seed, or it is longer than 1 MiB", path);
    fclose(file);
    return len;
}

static void write_all(const char *path, const uint8_t *octets, size_t len)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        die("can't write", path);
    bool written = fwrite(octets, 1, len, file) == len;
    if (fclose(file) != 0 || !written)
        die("can't write", path);
}

/* -1 where the octet is no hex digit. */
static int hex_digit(uint8_t octet)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = octet == 0 ? NULL : strchr(digits, octet);
    return at == NULL ? -1 : (int)((at - digits) % 16);
}

/* Decodes in place, since two digits make one octet. */
static size_t hex_decode(uint8_t *text, size_t len, const char *path)
{
    size_t out = 0;
    size_t at = 0;
    while (at < len) {
        if (text[at] == '#') {
            while (at < len && text[at] != '\n')
                at++;
            continue;
        }
        if (strchr(" \t\r\n", text[at]) != NULL && text[at] != 0) {
            at++;
            continue;
        }
        int high = hex_digit(text[at]);
        int low = at + 1 < len ? hex_digit(text[at + 1]) : -1;
        if (high < 0 || low < 0)
            die("not pairs of hex digits", path);
        text[out++] = (uint8_t)(high * 16 + low);
        at += 2;
    }
    return out;
}

static bool has_suffix(const char *text, const char *suffix)
{
    size_t len = strlen(text);
    size_t suffix_len = strlen(suffix);
    return len >= suffix_len && strcmp(text + len - suffix_len, suffix) == 0;
}

static void join(char path[PATH_LEN_MAX], const char *dir, const char *file)
{
    int len = snprintf(path, PATH_LEN_MAX, "%s/%s", dir, file);
    if (len < 0 || (size_t)len >= PATH_LEN_MAX)
        die("path is too long", dir);
}

/* The target gets a block of exactly its size, so that a sanitizer sees the first octet too far. */
static void run(const uint8_t *octets, size_t len)
{
    uint8_t *copy = malloc(len == 0 ? 1 : len);
    if (copy == NULL)
        die("out of memory", "seed");
    memcpy(copy, octets, len);
    LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static void replay(const char *seed_dir, const char *file, const char *octet_dir)
{
    static uint8_t octets[SEED_MAX];
    char path[PATH_LEN_MAX];

    join(path, seed_dir, file);
    struct stat info;
    if (stat(path, &info) != 0)
        die("can't stat", path);
    if (!S_ISREG(info.st_mode))
        return;
    size_t len = read_all(path, octets);
    if (has_suffix(file, ".hex"))
        len = hex_decode(octets, len, path);
    printf("%s: %zu octets\n", file, len);
    fflush(stdout);
    run(octets, len);
    if (octet_dir == NULL)
        return;
    join(path, octet_dir, file);
    write_all(path, octets, len);
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: %s SEED_DIR [OCTET_DIR]\n", argv[0]);
        return 2;
    }
    struct dirent **files;
    int count = scandir(argv[1], &files, NULL, alphasort);
    if (count < 0)
        die("can't list", argv[1]);
    int seeds = 0;
    for (int i = 0; i < count; i++) {
        if (files[i]->d_name[0] != '.') {
            replay(argv[1], files[i]->d_name, argc == 3 ? argv[2] : NULL);
            seeds++;
        }
        free(files[i]);
    }
    free(files);
    printf("%d seeds replayed\n", seeds);
    return seeds > 0 ? 0 : 1;
}
