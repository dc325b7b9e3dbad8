/* reflect_out.h: replies on their way out, gathered for one system call. */
#ifndef CAASCAN_TESTS_REFLECT_OUT_H
#define CAASCAN_TESTS_REFLECT_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "wheel.h"

struct reflect_out;

/* Replies go out over `fd`; then their entries go back to `wheel`. With `trains`, those that follow
 * each other to one peer leave by UDP_SEGMENT, in trains of one length. NULL without memory. */
struct reflect_out *reflect_out_new(int fd, struct wheel *wheel, bool trains);
void reflect_out_free(struct reflect_out *out);

/* Takes over the entry. Flushes where no other has room. */
void reflect_out_add(struct reflect_out *out, struct wheel_entry *entry);
void reflect_out_flush(struct reflect_out *out);

/* Replies that were sent, and that could not be. */
uint64_t reflect_out_sent(const struct reflect_out *out);
uint64_t reflect_out_unsent(const struct reflect_out *out);

#endif
