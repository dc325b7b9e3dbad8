/* suffix.h: registrable domains and top-level domains of names, by the Public Suffix List. */
#ifndef SUFFIX_H
#define SUFFIX_H

#include "caa_text.h"

struct suffix_list {
    void *psl;      /* psl_ctx_t */
    bool loaded;    /* from a file, so it is ours to free */
    char label[96]; /* which list, and of what date, where that is known */
};

struct suffix_split {
    struct caa_text registrable; /* octets NULL where the name is itself a public suffix */
    struct caa_text tld;         /* last label; empty for the root */
};

/* Loads a list from a file, or takes libpsl's own where path is NULL. False if there is none. */
bool suffix_list_init(struct suffix_list *list, const char *path);
void suffix_list_fini(struct suffix_list *list);

/* Splits a name of a record, at most RECORD_NAME_LEN_MAX octets; longer ones have no registrable
 * domain. The views borrow from name. Threads may share a list. */
struct suffix_split suffix_list_split(const struct suffix_list *list, struct caa_text name);

#endif
