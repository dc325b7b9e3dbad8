#include "completeness.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "say.h"

#define SIDECAR_PATH_MAX 4096u

static void warn_of_end(const char *path, const json_t *metadata, struct notices *warnings)
{
    if (!json_is_false(json_object_get(metadata, "complete")))
        return;
    notices_warn(warnings, "%s: the scan %s: the figures are of a part of its list", path,
                 json_is_null(json_object_get(metadata, "end")) ? "was cut off or is still running"
                                                                : "is not complete");
}

/* A file that was cut at the end of a frame looks whole but for this. */
static void warn_of_length(const struct record_file *file, const json_t *metadata,
                           struct notices *warnings)
{
    const json_t *octets = json_object_get(json_object_get(metadata, "output"), "octets");
    if (!json_is_integer(octets) || json_integer_value(octets) == (json_int_t)file->len)
        return;
    notices_warn(warnings, "%s: has %zu octets where %s.meta.json says %" JSON_INTEGER_FORMAT,
                 file->path, file->len, file->path, json_integer_value(octets));
}

bool completeness_check(struct read_plan *plan, struct notices *warnings)
{
    char sidecar[SIDECAR_PATH_MAX];
    for (size_t i = 0; i < plan->file_count; i++) {
        const struct record_file *file = &plan->files[i];
        int len = snprintf(sidecar, sizeof sidecar, "%s.meta.json", file->path);
        json_t *metadata = NULL;
        if (len > 0 && (size_t)len < sizeof sidecar)
            metadata = json_load_file(sidecar, 0, NULL);
        warn_of_end(file->path, metadata, warnings);
        warn_of_length(file, metadata, warnings);
        bool learnt = read_plan_learn(plan, metadata);
        json_decref(metadata);
        if (!learnt) {
            say("out of memory");
            return false;
        }
    }
    return true;
}
