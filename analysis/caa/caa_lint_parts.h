/* caa_lint_parts.h: what the sources of caa_lint.h share. Not for users of the library. */
#ifndef CAA_LINT_PARTS_H
#define CAA_LINT_PARTS_H

#include "caa_lint.h"

static inline uint64_t caa_lint_if(bool condition, enum caa_lint lint)
{
    return condition ? caa_lint_bit(lint) : 0;
}

/* Lints of the value of an issue-type record. */
uint64_t caa_lint_value(const struct caa_record *record);

#endif
