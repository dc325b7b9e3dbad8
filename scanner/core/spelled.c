#include "spelled.h"

static inline struct text put_first_label(struct text t, struct name n)
{
    t = text_octets(text_octet(t, '"'), n.wire + 1, n.wire[0]);
    return text_octet(t, '.');
}

struct text spelled_put(struct text t, struct name n, const struct spelled *spelled)
{
    struct name above = n;
    if (spelled->text == NULL || !name_parent(&above))
        return json_name(t, n);
    if (name_within(spelled->name, n))
        return spelled_put_end(text_octet(t, '"'), n, spelled);
    if (above.len > 1 && name_within(spelled->name, above) && json_label_is_plain(n))
        return spelled_put_end(put_first_label(t, n), above, spelled);
    return json_name(t, n);
}

/* A name whose text is as long as it is has nothing escaped. */
struct text spelled_keep(struct text t, struct name n, const struct spelled *spelled,
                         struct spelled *into)
{
    const uint8_t *start = t.at;
    t = spelled != NULL ? spelled_put(t, n, spelled) : json_name(t, n);
    bool plain = n.len > 1 && t.at != NULL && t.at - start == n.len;
    *into = (struct spelled){n, plain ? start + 1 : NULL};
    return t;
}
