/* latex_text.h: hostile text in LaTeX. */
#ifndef LATEX_TEXT_H
#define LATEX_TEXT_H

#include <stdio.h>

/* Writes text so that LaTeX prints its characters and obeys none: specials are escaped, ligatures
 * broken up, and an opening bracket or an asterisk can't become an argument of the line before.
 * Octets outside printable ASCII become question marks. At most max characters of the text are
 * written, and "..." if there are more. A word that is too long for any line, as a hash, may be
 * broken every 16 octets. */
void latex_text_put(FILE *out, const char *text, size_t max);

/* Writes text as part of a control word: letters alone, the first of each word a capital, digits as
 * words. */
void latex_text_put_word(FILE *out, const char *text);

#endif
