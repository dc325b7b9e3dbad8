/* text_copy.h: octets that end nowhere as a string of their own. */
#ifndef TEXT_COPY_H
#define TEXT_COPY_H

#include <stdlib.h>

#include "caa_text.h"

/* The caller's to free; NULL without memory. Unlike strndup it reads nothing behind the octets. */
static inline char *text_copy(struct caa_text text)
{
    char *copy = malloc(text.len + 1);
    if (copy == NULL)
        return NULL;
    if (text.len > 0)
        memcpy(copy, text.octets, text.len);
    copy[text.len] = '\0';
    return copy;
}

#endif
