#include "completeness.h"

#include <jansson.h>
#include <stdio.h>

#include "say.h"

#define SIDECAR_PATH_MAX 4096u

static void warn_of(const char *path, const json_t *metadata)
{
    const json_t *complete = json_object_get(metadata, "complete");
    const json_t *end = json_object_get(metadata, "end");
    if (!json_is_false(complete))
        return;
    say("warning: %s: the scan %s: the figures are of a part of its list", path,
        json_is_null(end) ? "was cut off or is still running" : "is not complete");
}

void completeness_warn(const char *const *paths, size_t count)
{
    char sidecar[SIDECAR_PATH_MAX];
    for (size_t i = 0; i < count; i++) {
        int len = snprintf(sidecar, sizeof sidecar, "%s.meta.json", paths[i]);
        json_t *metadata = NULL;
        if (len > 0 && (size_t)len < sizeof sidecar)
            metadata = json_load_file(sidecar, 0, NULL);
        warn_of(paths[i], metadata);
        json_decref(metadata);
    }
}
