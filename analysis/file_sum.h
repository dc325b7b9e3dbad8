/* file_sum.h: the SHA-256 of a file. */
#ifndef FILE_SUM_H
#define FILE_SUM_H

#include <stdbool.h>

/* Digits and the 0 behind them. */
#define FILE_SUM_LEN 65u

/* The sum in hexadecimal, as sha256sum prints it. False with errno where the file can't be read; a
 * symbolic link is refused. */
bool file_sum(int folder, const char *name, char sum[FILE_SUM_LEN]);

/* The same of an open file from its first octet on, wherever the descriptor stands. */
bool file_sum_of(int fd, char sum[FILE_SUM_LEN]);

#endif
