/* require.h: what a fuzz target says must hold. Always checked, whatever NDEBUG says. */
#ifndef CAASCAN_REQUIRE_H
#define CAASCAN_REQUIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static inline void require(bool holds)
{
    if (!holds)
        abort();
}

#endif
