/* temp_file.h: one file of a test program, made before its tests and removed after them. */
#ifndef CAASCAN_TEMP_FILE_H
#define CAASCAN_TEMP_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char temp_file_path[] = "/tmp/caascan-test-XXXXXX";

/* Group fixtures of cmocka. */
static inline int temp_file_make(void **state)
{
    (void)state;
    int fd = mkstemp(temp_file_path);
    return fd < 0 ? -1 : close(fd);
}

static inline int temp_file_remove(void **state)
{
    (void)state;
    return unlink(temp_file_path);
}

/* Makes these octets the whole content. */
static inline void temp_file_write(const void *octets, size_t len)
{
    FILE *file = fopen(temp_file_path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

#endif
