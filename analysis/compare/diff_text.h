/* diff_text.h: what `caareport diff` prints. */
#ifndef DIFF_TEXT_H
#define DIFF_TEXT_H

#include <stdio.h>

#include "diff_tables.h"

void diff_text_put(FILE *out, const struct compare_session *session,
                   const struct diff_counts *counts, const struct diff_changes *changes);

#endif
