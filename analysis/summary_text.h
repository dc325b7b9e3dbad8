/* summary_text.h: the counts as a page for people. */
#ifndef SUMMARY_TEXT_H
#define SUMMARY_TEXT_H

#include "tables.h"

/* Prints what was read and what was left out. */
void summary_text_input(FILE *out, const struct record_input *input);

/* Prints one group. False without memory. */
bool summary_text_group(FILE *out, const struct table_group *group);

#endif
