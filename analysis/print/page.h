/* page.h: the report as one HTML page.
 *
 * The page needs nothing from elsewhere: style, script and drawings are inside, and its content
 * security policy allows no other (the style and the script by their hashes). It is readable
 * without the script, which sorts tables, on a phone, in the dark and on paper.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdio.h>

#include "print.h"

void page_put(FILE *out, const struct print *print);

#endif
