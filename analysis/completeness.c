#include "completeness.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "say.h"

#define SIDECAR_PATH_MAX 4096u

static uint64_t warn_of_end(const char *path, const json_t *metadata)
{
    if (!json_is_false(json_object_get(metadata, "complete")))
        return 0;
    say("warning: %s: the scan %s: the figures are of a part of its list", path,
        json_is_null(json_object_get(metadata, "end")) ? "was cut off or is still running"
                                                       : "is not complete");
    return 1;
}

/* A file that was cut at the end of a frame looks whole but for this. */
static uint64_t warn_of_length(const struct record_file *file, const json_t *metadata)
{
    const json_t *octets = json_object_get(json_object_get(metadata, "output"), "octets");
    if (!json_is_integer(octets) || json_integer_value(octets) == (json_int_t)file->len)
        return 0;
    say("warning: %s: has %zu octets where %s.meta.json says %" JSON_INTEGER_FORMAT, file->path,
        file->len, file->path, json_integer_value(octets));
    return 1;
}

bool completeness_check(struct read_plan *plan, uint64_t *warnings)
{
    char sidecar[SIDECAR_PATH_MAX];
    for (size_t i = 0; i < plan->file_count; i++) {
        const struct record_file *file = &plan->files[i];
        int len = snprintf(sidecar, sizeof sidecar, "%s.meta.json", file->path);
        json_t *metadata = NULL;
        if (len > 0 && (size_t)len < sizeof sidecar)
            metadata = json_load_file(sidecar, 0, NULL);
        *warnings += warn_of_end(file->path, metadata) + warn_of_length(file, metadata);
        bool learnt = read_plan_learn(plan, metadata);
        json_decref(metadata);
        if (!learnt) {
            say("out of memory");
            return false;
        }
    }
    return true;
}
