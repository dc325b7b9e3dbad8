#include "table_study.h"

#define STUDY_WORD(name) #name,

const char *study_word(unsigned study)
{
    static const char *const words[] = {STUDIES(STUDY_WORD)};
    return study < STUDY_COUNT ? words[study] : "";
}

static struct table_base base_of(const struct study_sample *sample, enum study_metric metric)
{
    static const char *const words[] = {
        [STUDY_BASE_ASKED] = "asked",
        [STUDY_BASE_ANSWERED] = "own_level_answered",
        [STUDY_BASE_DIRECT] = "own_set",
        [STUDY_BASE_ISSUE_VALUES] = "issue_values_with_issuer",
        [STUDY_BASE_ISSUEWILD_VALUES] = "issuewild_values_with_issuer",
        [STUDY_BASE_NOTHING] = "",
    };
    enum study_base base = study_metric_base(metric);
    bool names = metric < STUDY_NAMES_END;
    return (struct table_base){names ? "name" : "value", words[base],
                               tally_study_base(sample, base)};
}

/* Can the scan tell? Not where no name is in the population, and of servers that differ only where
 * some do: else nobody may have looked. */
static bool is_known(const struct study_sample *sample, enum study_metric metric)
{
    bool of_servers = metric >= STUDY_METRIC_NS_INCONSISTENT && metric <= STUDY_METRIC_NS_NXDOMAIN;
    return sample->asked > 0 && (!of_servers || sample->names[STUDY_METRIC_NS_INCONSISTENT] > 0);
}

static void put_ours(struct csv_file *csv, const struct study_sample *sample,
                     const struct study_figure *figure, struct table_base base)
{
    bool exact;
    uint64_t count = tally_study_count(sample, figure->metric, figure->key, &exact);
    if (!is_known(sample, figure->metric)) {
        csv_file_empty(csv);
        csv_file_empty(csv);
        csv_file_empty(csv);
        return;
    }
    csv_file_count(csv, count);
    csv_file_share(csv, count, base.denominator);
    csv_file_word(csv, exact ? "true" : "false");
}

static void put_figure(struct csv_file *csv, const struct table_group *group,
                       const struct tally_study *counts, const struct study_figure *figure)
{
    const struct study_sample *sample = &counts->samples[figure->population];
    struct table_base base = base_of(sample, figure->metric);
    tables_lead(csv, group, base);
    csv_file_word(csv, study_word(figure->study));
    csv_file_word(csv, study_metric_word(figure->metric));
    csv_file_word(csv, figure->key);
    csv_file_word(csv, study_population_word(figure->population));
    put_ours(csv, sample, figure, base);
    csv_file_word(csv, figure->published);
    csv_file_word(csv, figure->published_as);
    csv_file_word(csv, figure->date);
    csv_file_word(csv, figure->published_population);
    csv_file_word(csv, figure->read);
    csv_file_word(csv, figure->comment);
    csv_file_end_row(csv);
}

void table_study_write(struct csv_file *csv, const struct table_group *group,
                       const struct tally_study *counts, enum study study)
{
    for (size_t i = 0; i < study_figure_count; i++) {
        if (study_figures[i].study == study)
            put_figure(csv, group, counts, &study_figures[i]);
    }
}
