#include "scan_metadata.h"

#include <stdio.h>
#include <string.h>

#include "frame_walk.h"

#define SIDECAR_PATH_MAX 4096u
#define SKIPPABLE_HEADER_LEN 8u

static bool is_known(const json_t *scans, const json_t *metadata)
{
    size_t i;
    const json_t *scan;
    json_array_foreach (scans, i, scan) {
        if (json_equal(json_object_get(scan, "scan"), json_object_get(metadata, "scan")) != 0)
            return true;
    }
    return false;
}

/* Takes the reference. */
static void add(json_t *scans, json_t *metadata)
{
    if (json_is_string(json_object_get(metadata, "scan")) && !is_known(scans, metadata))
        json_array_append(scans, metadata);
    json_decref(metadata);
}

static void add_beside(json_t *scans, const char *path)
{
    char sidecar[SIDECAR_PATH_MAX];
    int len = snprintf(sidecar, sizeof sidecar, "%s.meta.json", path);
    if (len > 0 && (size_t)len < sizeof sidecar)
        add(scans, json_load_file(sidecar, 0, NULL));
}

static void add_inside(json_t *scans, const struct record_file *file)
{
    struct frame_walk walk = frame_walk_start(file->octets, file->len);
    struct frame frame;
    while (file->compressed && frame_walk_next(&walk, &frame)) {
        const char *text = (const char *)file->octets + frame.offset + SKIPPABLE_HEADER_LEN;
        if (frame.kind == FRAME_METADATA)
            add(scans, json_loadb(text, frame.len - SKIPPABLE_HEADER_LEN, 0, NULL));
    }
}

json_t *scan_metadata_load(const struct record_files *input)
{
    json_t *scans = json_array();
    for (size_t i = 0; scans != NULL && i < input->count; i++) {
        add_beside(scans, input->files[i].path);
        add_inside(scans, &input->files[i]);
    }
    return scans;
}
