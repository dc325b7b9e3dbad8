#include "sort_merge.h"

#include <errno.h>
#include <stdlib.h>

static enum sort_run_status advance(struct sort_source *source)
{
    if (source->buffer == NULL)
        return sort_run_read(&source->run, &source->entry);
    return sort_buffer_next(source->buffer, &source->entry) ? SORT_RUN_OK : SORT_RUN_END;
}

static bool is_before(const struct sort_merge *merge, size_t a, size_t b)
{
    return sort_entry_order(&merge->heap[a]->entry, &merge->heap[b]->entry) < 0;
}

/* Moves the source at `at` down to where none below it has a lesser entry. */
static void sink(struct sort_merge *merge, size_t at)
{
    for (;;) {
        size_t least = 2 * at + 1;
        if (least >= merge->count)
            return;
        if (least + 1 < merge->count && is_before(merge, least + 1, least))
            least++;
        if (!is_before(merge, least, at))
            return;
        struct sort_source *source = merge->heap[at];
        merge->heap[at] = merge->heap[least];
        merge->heap[least] = source;
        at = least;
    }
}

enum sort_run_status sort_merge_init(struct sort_merge *merge, struct sort_source *sources,
                                     size_t count)
{
    *merge = (struct sort_merge){.heap = calloc(count + 1, sizeof(struct sort_source *))};
    if (merge->heap == NULL) {
        errno = ENOMEM;
        return SORT_RUN_FAILED;
    }
    for (size_t i = 0; i < count; i++) {
        enum sort_run_status status = advance(&sources[i]);
        if (status == SORT_RUN_OK)
            merge->heap[merge->count++] = &sources[i];
        else if (status != SORT_RUN_END)
            return status;
    }
    for (size_t at = merge->count / 2; at-- > 0;)
        sink(merge, at);
    return SORT_RUN_OK;
}

enum sort_run_status sort_merge_next(struct sort_merge *merge, struct sort_entry *out)
{
    if (merge->begun) {
        enum sort_run_status status = advance(merge->heap[0]);
        if (status == SORT_RUN_END)
            merge->heap[0] = merge->heap[--merge->count];
        else if (status != SORT_RUN_OK)
            return status;
        sink(merge, 0);
    }
    merge->begun = merge->count > 0;
    if (!merge->begun)
        return SORT_RUN_END;
    *out = merge->heap[0]->entry;
    return SORT_RUN_OK;
}

void sort_merge_fini(struct sort_merge *merge)
{
    free(merge->heap);
    *merge = (struct sort_merge){0};
}
