/* drawing_svg.h: a drawing as SVG 1.1. */
#ifndef DRAWING_SVG_H
#define DRAWING_SVG_H

#include <stdio.h>

#include "drawing.h"

/* Writes one svg element: for a file of its own, with the XML declaration in front if alone is set,
 * or for the body of a page. Colours are attributes, so that they hold everywhere; each mark has
 * a class too (f-INK where it fills, s-INK where it strokes), so that a page's style may change
 * them. Nothing where the drawing failed. */
void drawing_svg_write(FILE *out, const struct drawing *drawing, bool alone);

#endif
