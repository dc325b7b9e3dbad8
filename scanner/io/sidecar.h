/* sidecar.h: OUT.meta.json, the file beside the record file OUT. It is there whole or not at all.
 */
#ifndef CAASCAN_SIDECAR_H
#define CAASCAN_SIDECAR_H

#include <stdbool.h>
#include <stddef.h>

#include "failure.h"

#define SIDECAR_SUFFIX ".meta.json"

/* Replaces OUTPUT_PATH.meta.json by this text and a newline: written beside it, synced, renamed,
 * the folder synced. False with FAILURE_OUTPUT in *why; the old file is then as it was. */
bool sidecar_write(const char *output_path, const char *text, struct failure *why);

/* The path of the sidecar. The caller frees it; NULL where memory is short. */
char *sidecar_path(const char *output_path);

#endif
