/* spelled.h: a name that was written into a record, from which other names that end as it does are
 * copied: an ancestor, or a name right below one. Octets of the record, as json_name writes them.
 * Pure; borrows the name and the record's octets. */
#ifndef CAASCAN_SPELLED_H
#define CAASCAN_SPELLED_H

#include "json_text.h"
#include "name.h"
#include "octets.h"

/* Octet i of the text is octet i + 1 of the name's wire form, but for the dots. So the text of an
 * ancestor is the end of it. */
struct spelled {
    struct name name;
    const uint8_t *text; /* a quote closes it; NULL where octets of the name are escaped */
};

/* Writes the text of an ancestor of the spelled name, or of itself, and the quote behind it. By 16
 * octets, which takes no call; what is too much is written over. Not for the root. */
static inline struct text spelled_put_end(struct text t, struct name n,
                                          const struct spelled *spelled)
{
    const uint8_t *octets = spelled->text + (spelled->name.len - n.len);
    size_t len = n.len - 1u;
    if (text_left(t) < len + 15)
        return text_octets(t, octets, len);
    for (size_t at = 0; at < len; at += 16)
        octets_move16(t.at + at, octets + at);
    return text_behind(t, len);
}

/* Writes a name as json_name does, by copying where it is the spelled one or an ancestor of it, or
 * right below such a name. */
struct text spelled_put(struct text t, struct name n, const struct spelled *spelled);

/* The same for a name that mostly is the end of the spelled one in memory too. */
static inline struct text spelled_put_ancestor(struct text t, struct name n,
                                               const struct spelled *spelled)
{
    if (spelled->text == NULL || n.len <= 1 || n.len > spelled->name.len ||
        n.wire + n.len != spelled->name.wire + spelled->name.len)
        return spelled_put(t, n, spelled);
    return spelled_put_end(text_octet(t, '"'), n, spelled);
}

/* As spelled_put, and keeps where it stands; `into` may be `spelled`, of which NULL says that there
 * is none. */
struct text spelled_keep(struct text t, struct name n, const struct spelled *spelled,
                         struct spelled *into);

#endif
