/* input.h: a list of names as batches of targets.
 *
 * A file or standard input, plain, zstd or gzip, is read as physical lines, and each line goes
 * through libcsv on its own, so that a stray quote spoils one row only. A row never stops the
 * reading: what can't be asked becomes a target without a name (hostname.h has the rule), with the
 * name's field, or the whole line where there is no such field, as its input. Blank lines are not
 * counted, nor are lines that begin with "#" in a plain list, and in CSV those before the first
 * row. A row whose quotes don't close on its line, or whose line is too long, has neither rank nor
 * extra values.
 *
 * One thread reads; input_progress and input_stop may be called from any other.
 */
#ifndef CAASCAN_INPUT_H
#define CAASCAN_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"
#include "target.h"

#define INPUT_BATCH_MAX 64u
#define INPUT_BATCH_OCTETS (32u * 1024u)
#define INPUT_PREFIXES_MAX 16u
#define INPUT_EXTRA_MAX 64u          /* columns carried along */
#define INPUT_LINE_MAX (64u * 1024u) /* a longer line is one invalid row */

/* INPUT_AUTO takes the first line that is neither blank nor a comment: a separator or a header word
 * in it makes the file CSV, anything else a list. */
enum input_format { INPUT_AUTO, INPUT_CSV, INPUT_LIST };

/* All texts are borrowed. Those of prefixes are handed on in targets and must live as long as
 * these; the rest may go once input_new has returned. */
struct input_options {
    const char *path; /* "-": standard input */
    enum input_format format;
    const char *const *columns; /* "domain=NAME|N" or "rank=NAME|N", N from 1 */
    size_t column_count;
    const char *const *extra; /* NAME or N each, at most INPUT_EXTRA_MAX */
    size_t extra_count;
    const char *const *prefixes; /* 1 to INPUT_PREFIXES_MAX; "" is the bare name */
    size_t prefix_count;
};

/* Filled by input_read, in storage of the caller. The targets' views point into the batch itself
 * and hold until it is filled again, so a batch must not be moved or copied. */
struct input_batch {
    struct target targets[INPUT_BATCH_MAX];
    size_t count;
    size_t used; /* of octets */
    bool last;   /* of what was in memory: to read on may take a while */
    uint8_t octets[INPUT_BATCH_OCTETS];
};

enum input_status { INPUT_MORE, INPUT_END, INPUT_FAILED };

struct input_progress {
    uint64_t octets_read;  /* of the file as stored */
    uint64_t octets_total; /* size of the file as stored, 0 where it is not known */
    uint64_t rows;         /* handed out so far; each is prefix_count targets */
};

struct input;

/* Opens the list and reads as far as its first row, so the columns are settled on return. Returns
 * NULL with a reason on failure: FAILURE_USAGE for a malformed option, FAILURE_INPUT for a file
 * that can't be read or lacks a column asked for. */
struct input *input_new(const struct input_options *options, struct failure *why);

/* Fills the batch, blocking until it has some targets. INPUT_MORE: 1 to INPUT_BATCH_MAX targets,
 * all targets of a row in the same batch. INPUT_END: none are left and the batch is empty.
 * INPUT_FAILED: the rest can't be read; the batch is empty, all batches before it are valid. END
 * and FAILED are given again on every later call. */
enum input_status input_read(struct input *input, struct input_batch *batch, struct failure *why);

/* How far the reading is. Safe from any thread. */
struct input_progress input_progress(const struct input *input);

/* SHA-256 in lower-case hex of the file's octets as stored, as far as they were read: after
 * INPUT_END, of the whole file. May be called repeatedly. */
void input_sha256(const struct input *input, char hex[65]);

/* Makes an input_read that waits for more, and every later one, return INPUT_END once the lines in
 * memory are handed out. Safe from any thread and in a signal handler. */
void input_stop(struct input *input);

/* Closes and frees; NULL is allowed. */
void input_free(struct input *input);

#endif
