/* page_key.h: the figures at the top of the page. */
#ifndef PAGE_KEY_H
#define PAGE_KEY_H

#include <stdio.h>

#include "print.h"

/* Writes the main figures of a group, each with its denominator. */
void page_key_put(FILE *out, const struct print *print, size_t group);

#endif
