#include "cert_list.h"

#include <stdlib.h>

#include "caa_organisation.h"

bool cert_list_init(struct cert_list *list)
{
    *list = (struct cert_list){0};
    count_map_init(&list->names);
    count_map_init(&list->issuers);
    return cert_operators_at(&list->operators, "") > 0;
}

void cert_list_fini(struct cert_list *list)
{
    cert_operators_fini(&list->operators);
    free(list->certs);
    count_map_fini(&list->names);
    count_map_fini(&list->issuers);
    *list = (struct cert_list){0};
}

static bool reserve_one(struct cert_list *list)
{
    if (list->count == CERT_LIST_END - 1)
        return false;
    if (list->count < list->cap)
        return true;
    size_t cap = list->cap == 0 ? 1024 : list->cap * 2;
    struct cert *grown = realloc(list->certs, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    list->certs = grown;
    list->cap = cap;
    return true;
}

static bool set_issuer(struct cert_list *list, struct cert *cert, struct caa_text issuer)
{
    struct count_entry *entry = count_map_at(&list->issuers, issuer);
    if (entry == NULL)
        return false;
    if (entry->counts[0] == 0) {
        const char *name = caa_organisation_operator(issuer);
        entry->counts[0] = cert_operators_at(&list->operators, name != NULL ? name : "");
        if (entry->counts[0] == 0)
            return false;
    }
    cert->issuer = entry->key;
    cert->operator=(uint32_t)(entry->counts[0] - 1);
    return true;
}

/* Certificates of one name are linked in the order in which they came. */
static bool set_name(struct cert_list *list, struct cert *cert, struct caa_text name)
{
    struct count_entry *entry = count_map_at(&list->names, name);
    if (entry == NULL)
        return false;
    cert->name = entry->key;
    if (entry->counts[0] == 0)
        entry->counts[0] = list->count + 1;
    else
        list->certs[entry->counts[1] - 1].next = (uint32_t)list->count;
    entry->counts[1] = list->count + 1;
    return true;
}

bool cert_list_add(struct cert_list *list, const struct cert_row *row)
{
    if (!reserve_one(list))
        return false;
    struct cert *cert = &list->certs[list->count];
    *cert = (struct cert){
        .not_before = row->not_before, .wildcard = row->wildcard, .next = CERT_LIST_END};
    if (!set_issuer(list, cert, row->issuer) ||
        !set_name(list, cert, caa_text_of(row->name, row->name_len)))
        return false;
    list->count++;
    return true;
}

uint32_t cert_list_first(const struct cert_list *list, struct caa_text name)
{
    const struct count_entry *entry = count_map_find(&list->names, name);
    return entry != NULL && entry->counts[0] > 0 ? (uint32_t)(entry->counts[0] - 1) : CERT_LIST_END;
}

enum cert_verdict cert_list_verdict(const struct check_verdict *verdict, bool known)
{
    if (verdict->result == CHECK_UNKNOWN)
        return CERT_LOOKUP_FAILED;
    if (verdict->result == CHECK_PERMIT)
        return CERT_PERMITTED;
    return !known && verdict->reason == CHECK_BY_OTHERS_NAMED ? CERT_UNKNOWN_ISSUER
                                                              : CERT_NOT_PERMITTED;
}

struct check_verdict cert_list_judge(struct cert_list *list, uint32_t index,
                                     const struct record_view *view)
{
    struct cert *cert = &list->certs[index];
    struct caa_request request = {.kind = cert->wildcard ? CAA_KIND_WILD : CAA_KIND_ISSUE};
    struct check_verdict verdict =
        check_verdict_of(view, &list->operators.list[cert->operator].ca, &request);
    uint64_t seen_at = 0;
    if (cert_row_time(view->timestamp, &seen_at) && seen_at > cert->seen_at) {
        cert->seen_at = seen_at;
        cert->verdict = cert_list_verdict(&verdict, cert->operator> 0);
    }
    return verdict;
}

static void add_cert(struct cert_totals *totals, const struct cert *cert)
{
    totals->certs++;
    totals->verdicts[cert->verdict]++;
    totals->not_permitted_after +=
        cert->verdict == CERT_NOT_PERMITTED && cert->not_before > cert->seen_at;
}

/* Nobody's name is empty. */
static int by_certs(const void *left, const void *right)
{
    const struct cert_totals *a = left;
    const struct cert_totals *b = right;
    bool a_unknown = a->operator->name[0] == '\0';
    bool b_unknown = b->operator->name[0] == '\0';
    if (a_unknown != b_unknown)
        return a_unknown ? 1 : -1;
    if (a->certs != b->certs)
        return a->certs > b->certs ? -1 : 1;
    return strcmp(a->operator->name, b->operator->name);
}

struct cert_totals *cert_list_totals(const struct cert_list *list, size_t *count)
{
    struct cert_totals *totals = calloc(list->operators.count, sizeof *totals);
    *count = 0;
    if (totals == NULL)
        return NULL;
    for (size_t i = 0; i < list->operators.count; i++)
        totals[i].operator= & list->operators.list[i];
    for (size_t i = 0; i < list->count; i++)
        add_cert(&totals[list->certs[i].operator], &list->certs[i]);
    for (size_t i = 0; i < list->operators.count; i++) {
        if (totals[i].certs > 0)
            totals[(*count)++] = totals[i];
    }
    if (*count > 1)
        qsort(totals, *count, sizeof *totals, by_certs);
    return totals;
}
