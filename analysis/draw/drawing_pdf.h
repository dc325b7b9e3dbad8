/* drawing_pdf.h: a drawing as a PDF of one page, as large as the drawing, for LaTeX. */
#ifndef DRAWING_PDF_H
#define DRAWING_PDF_H

#include <stdio.h>

#include "drawing.h"

/* Writes PDF 1.4. Text is text, in Helvetica of the 14 fonts that every viewer has, so no font is
 * embedded. The same drawing gives the same octets. Nothing where the drawing failed; false without
 * memory or where out takes no more. */
bool drawing_pdf_write(FILE *out, const struct drawing *drawing);

#endif
