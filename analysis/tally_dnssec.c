#include "tally_dnssec.h"

static void init_strata(struct dnssec_strata *strata)
{
    strata_init(&strata->all);
    strata_init(&strata->tlds);
    strata_init(&strata->operators);
}

static void fini_strata(struct dnssec_strata *strata)
{
    strata_fini(&strata->all);
    strata_fini(&strata->tlds);
    strata_fini(&strata->operators);
}

void tally_dnssec_init(struct tally_dnssec *tally)
{
    *tally = (struct tally_dnssec){0};
    init_strata(&tally->by_validation);
    init_strata(&tally->by_delegation);
}

void tally_dnssec_fini(struct tally_dnssec *tally)
{
    fini_strata(&tally->by_validation);
    fini_strata(&tally->by_delegation);
}

static void count(struct dnssec_count *count, const struct tally_row *row)
{
    count->found += row->part < PART_FOUND_END;
    count->none += row->part == PART_NONE;
    count->indeterminate += row->part == PART_INDETERMINATE;
}

static bool add_stratum(struct dnssec_strata *strata, const struct tally_row *row, bool exposed)
{
    bool found = row->part < PART_FOUND_END;
    if (!strata_add(&strata->all, 0, exposed, found) ||
        !strata_add(&strata->tlds, row->tld, exposed, found))
        return false;
    return row->operator== OPERATORS_NONE ||
        strata_add(&strata->operators, row->operator, exposed, found);
}

bool tally_dnssec_add(struct tally_dnssec *tally, const struct tally_row *row)
{
    enum dnssec_status validation = row->record->dnssec;
    enum ds_status delegation = row->record->ds;
    if (row->part >= PART_ASKED_END)
        return true;
    count(&tally->validation[validation], row);
    count(&tally->delegation[delegation], row);
    if (row->part == PART_INDETERMINATE)
        return true;
    if ((validation == DNSSEC_SECURE || validation == DNSSEC_INSECURE) &&
        !add_stratum(&tally->by_validation, row, validation == DNSSEC_SECURE))
        return false;
    return delegation == DS_UNKNOWN ||
           add_stratum(&tally->by_delegation, row, delegation == DS_PRESENT);
}

static void merge_count(struct dnssec_count *into, const struct dnssec_count *from)
{
    into->found += from->found;
    into->none += from->none;
    into->indeterminate += from->indeterminate;
}

static bool merge_strata(struct dnssec_strata *into, const struct dnssec_strata *from,
                         const struct tally_numbers *numbers)
{
    static const uint32_t only[1] = {0};
    return strata_merge(&into->all, &from->all, only) &&
           strata_merge(&into->tlds, &from->tlds, numbers->tlds) &&
           strata_merge(&into->operators, &from->operators, numbers->operators);
}

bool tally_dnssec_merge(struct tally_dnssec *into, const struct tally_dnssec *from,
                        const struct tally_numbers *numbers)
{
    for (size_t i = 0; i < DNSSEC_COUNT; i++)
        merge_count(&into->validation[i], &from->validation[i]);
    for (size_t i = 0; i < DS_COUNT; i++)
        merge_count(&into->delegation[i], &from->delegation[i]);
    return merge_strata(&into->by_validation, &from->by_validation, numbers) &&
           merge_strata(&into->by_delegation, &from->by_delegation, numbers);
}
