/* read_plan.h: cuts record files into units that can be read independently of each other. */
#ifndef READ_PLAN_H
#define READ_PLAN_H

#include "caa_text.h"
#include "frame_walk.h"
#include "record_file.h"

/* Octets of a plain file in one unit. */
#define READ_PLAN_SLICE (4u << 20)

struct read_unit {
    size_t file;        /* index */
    struct frame frame; /* of a plain file: a slice, as FRAME_RECORDS */
};

/* What the metadata of a file says about a scan. All texts are UTF-8 and owned by the plan. */
struct read_scan {
    char *scan;
    char *list;          /* path of the list that was scanned */
    int64_t rows;        /* of the list; -1: not known */
    int64_t shard;       /* the file has the rows r with (r - 1) mod shard_count = shard */
    int64_t shard_count; /* 0: the file has all rows */
    bool all_servers;    /* all name servers of a zone were asked and compared */
    char *semantics;     /* algorithms of the search, with commas; "" where it does not say */
};

struct read_plan {
    const struct record_file *files;
    size_t file_count;
    struct read_unit *units; /* in the order of files and of offsets; no metadata among them */
    size_t unit_count;
    size_t unit_cap;
    struct read_unit *metadata; /* frames that hold some, in the same order */
    size_t metadata_count;
    struct read_scan *scans; /* one for each metadata that names scan and list */
    size_t scan_count;
};

/* Walks all files. Returns false after a message if memory lacks, or if the metadata of a file says
 * that it has another schema than caascan/1. Call read_plan_fini either way. */
bool read_plan_init(struct read_plan *plan, const struct record_file *files, size_t file_count);

/* Does the metadata of the scan say that all name servers of a zone were asked? */
bool read_plan_all_servers(const struct read_plan *plan, struct caa_text scan);

/* The last part of the path of the list that was scanned, "" where no metadata says so; of several,
 * in the parts of a scan, the first in the order of the alphabet. */
const char *read_plan_list(const struct read_plan *plan, struct caa_text scan);

/* The algorithms that a scan was searched by, "" where no metadata says so. */
const char *read_plan_semantics(const struct read_plan *plan, struct caa_text scan);

struct json_t;

/* Takes into account what metadata from elsewhere says, as from the file beside a record file.
 * False without memory. */
bool read_plan_learn(struct read_plan *plan, const struct json_t *metadata);

void read_plan_fini(struct read_plan *plan);

#endif
