/* suffix.h: registrable domains and top-level domains of names, by the Public Suffix List. */
#ifndef SUFFIX_H
#define SUFFIX_H

#include "caa_text.h"
#include "suffix_rules.h"

struct suffix_list {
    struct suffix_rules rules;
    char label[96]; /* which list, and of what date, where that is known */
};

struct suffix_split {
    struct caa_text registrable; /* octets NULL where the name is itself a public suffix */
    struct caa_text tld;         /* last label; empty for the root */
};

/* Reads a list from a file, or takes the one built in where path is NULL. False if there is none,
 * or no memory. */
bool suffix_list_init(struct suffix_list *list, const char *path);
void suffix_list_fini(struct suffix_list *list);

/* Splits a name of a record, at most RECORD_NAME_LEN_MAX octets; longer ones have no registrable
 * domain. The views borrow from name. Threads may share a list. */
struct suffix_split suffix_list_split(const struct suffix_list *list, struct caa_text name);

/* What kind of top-level domain it is: "cc" of a country, by two letters or by the table of
 * internationalised ones (datasets/idn_cctlds.csv), "" for arpa and the root, else "g". */
const char *suffix_tld_type(struct caa_text tld);

#endif
