/* page_text.h: hostile text in HTML. */
#ifndef PAGE_TEXT_H
#define PAGE_TEXT_H

#include <stdio.h>

/* Writes text so that it stays text, in an element and in an attribute with double quotes. Octets
 * outside printable ASCII become question marks. */
void page_text_put(FILE *out, const char *text);

#endif
