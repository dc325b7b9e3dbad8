/* failure.h: why the program can't go on, as one line for the operator and the exit code it means.
 * For local trouble only: what servers do wrong is data (term.h). */
#ifndef CAASCAN_FAILURE_H
#define CAASCAN_FAILURE_H

/* The values are the exit codes of caascan(1). */
enum failure_kind {
    FAILURE_NONE = 0,
    FAILURE_USAGE = 1,
    FAILURE_INPUT = 2,
    FAILURE_OUTPUT = 3,
    FAILURE_NETWORK = 4,
};

#define FAILURE_TEXT_MAX 512u

struct failure {
    enum failure_kind kind;
    char text[FAILURE_TEXT_MAX]; /* one line, no newline; control octets are replaced by '?' */
};

/* Fills *why as printf does, "%m" for errno included; text that is too long is cut. */
void failure_set(struct failure *why, enum failure_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
