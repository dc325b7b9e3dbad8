/* text_order.h: the order of texts by their octets, without folding, for tables that are the same
 * every time. */
#ifndef TEXT_ORDER_H
#define TEXT_ORDER_H

#include "caa_text.h"

/* Below, at or above 0; a text stands before the longer ones that begin with it. */
static inline int text_order(struct caa_text a, struct caa_text b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.octets, b.octets, shared);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

#endif
