/* scan_metadata.h: what the scans say of themselves: the file beside a record file, or the metadata
 * in it. */
#ifndef SCAN_METADATA_H
#define SCAN_METADATA_H

#include <jansson.h>

#include "record_files.h"

/* The key of what scan_metadata_load adds to a description: an array of the runs that the scan was
 * made by (shards, and what was resumed), in the order of their start, each with those of shard,
 * host, version, start, end, complete, input and limits that are known. */
#define SCAN_METADATA_RUNS "runs"

/* Runs that are told of one scan; a file may claim any number. */
#define SCAN_METADATA_RUNS_MAX 1024u

/* Descriptions of the scans in the files, each scan, mode and vantage once, in the order of the
 * tables, whatever the order of the files. Of several descriptions the first to start is taken; the
 * file beside a record file (FILE.meta.json) comes before the metadata in it, since it knows the
 * end. NULL without memory; the caller's to release. */
json_t *scan_metadata_load(const struct record_files *input);

#endif
