#include "tally_study.h"

#include "caa_issuer.h"
#include "record_parts.h"

#define TOP_RANKS 1000000

#define POPULATION_WORD(name, word) word,
#define METRIC_WORD(name, word, base) word,
#define METRIC_BASE(name, word, base) STUDY_BASE_##base,

const char *study_population_word(enum study_population population)
{
    static const char *const words[] = {STUDY_POPULATIONS(POPULATION_WORD)};
    return words[population];
}

const char *study_metric_word(enum study_metric metric)
{
    static const char *const words[] = {STUDY_METRICS(METRIC_WORD)};
    return words[metric];
}

enum study_base study_metric_base(enum study_metric metric)
{
    static const enum study_base bases[] = {STUDY_METRICS(METRIC_BASE)};
    return bases[metric];
}

static void init_values(struct study_values *values)
{
    count_map_init(&values->by_ca);
    distinct_init(&values->values);
}

static void fini_values(struct study_values *values)
{
    count_map_fini(&values->by_ca);
    distinct_fini(&values->values);
}

void tally_study_init(struct tally_study *tally)
{
    *tally = (struct tally_study){0};
    for (size_t i = 0; i < STUDY_POPULATION_COUNT; i++) {
        init_values(&tally->samples[i].issue);
        init_values(&tally->samples[i].issuewild);
        count_map_init(&tally->samples[i].params);
    }
}

void tally_study_fini(struct tally_study *tally)
{
    for (size_t i = 0; i < STUDY_POPULATION_COUNT; i++) {
        fini_values(&tally->samples[i].issue);
        fini_values(&tally->samples[i].issuewild);
        count_map_fini(&tally->samples[i].params);
    }
}

static uint32_t bit(enum study_metric metric)
{
    return UINT32_C(1) << metric;
}

/* Of which metrics the record alone makes its name one. */
static uint32_t metrics_of(const struct caa_record *record)
{
    uint32_t metrics = 0;
    switch (record->property) {
    case CAA_PROPERTY_MALFORMED:
        return bit(STUDY_METRIC_RDATA_MALFORMED);
    case CAA_PROPERTY_ISSUE:
        metrics = bit(STUDY_METRIC_ISSUE) | bit(STUDY_METRIC_ISSUE_OR_ISSUEWILD);
        break;
    case CAA_PROPERTY_ISSUEWILD:
        metrics = bit(STUDY_METRIC_ISSUEWILD) | bit(STUDY_METRIC_ISSUE_OR_ISSUEWILD);
        break;
    case CAA_PROPERTY_IODEF:
        metrics = bit(STUDY_METRIC_IODEF);
        break;
    case CAA_PROPERTY_UNKNOWN:
        metrics = bit(STUDY_METRIC_TAG_UNKNOWN) |
                  (record->critical ? bit(STUDY_METRIC_CRITICAL_UNKNOWN) : 0);
        break;
    default:
        break;
    }
    return metrics | ((record->flags & 0x7F) != 0 ? bit(STUDY_METRIC_FLAGS_RESERVED_BITS) : 0);
}

/* The kind of a difference between servers is the first word of the note's detail. */
static uint32_t kind_of(struct caa_text detail)
{
    static const struct {
        const char *word;
        enum study_metric metric;
    } kinds[] = {{"presence", STUDY_METRIC_NS_PRESENCE},
                 {"content", STUDY_METRIC_NS_CONTENT},
                 {"alias", STUDY_METRIC_NS_ALIAS},
                 {"nxdomain", STUDY_METRIC_NS_NXDOMAIN}};
    struct caa_text word = detail;
    size_t len = 0;
    while (len < word.len && caa_text_is_alnum(word.octets[len]))
        len++;
    word = caa_text_before(word, len);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (caa_text_equal(word, caa_text_from(kinds[i].word)))
            return bit(kinds[i].metric);
    }
    return 0;
}

/* Differences between the servers of the name itself. */
static uint32_t differences_of(const struct record_view *record)
{
    uint32_t metrics = 0;
    if ((record->notes >> NOTE_NS_INCONSISTENT & 1) == 0)
        return 0;
    struct record_parts notes = record_parts_of(record, record->notes_json);
    struct record_note note;
    while (record_notes_next(&notes, &note)) {
        if (caa_text_equal(note.kind, caa_text_from(note_word(NOTE_NS_INCONSISTENT))) &&
            caa_text_equal_folded(note.at, record->name))
            metrics |= bit(STUDY_METRIC_NS_INCONSISTENT) | kind_of(note.detail);
    }
    return metrics;
}

static bool count_one(struct count_map *map, struct caa_text key)
{
    struct count_entry *entry = count_map_at(map, key);
    if (entry != NULL)
        entry->counts[0]++;
    return entry != NULL;
}

static bool add_value(struct study_values *values, const struct caa_record *record)
{
    const struct caa_issuer *issuer = caa_issuer_find(record->value.issuer);
    values->named += record->value.issuer.len > 0;
    return distinct_add(&values->values, record->text) &&
           (issuer == NULL || count_one(&values->by_ca, caa_text_from(issuer->ca_operator)));
}

/* A value counts once for a parameter that it has several times. */
static bool add_params(struct study_sample *sample, const struct caa_record *record)
{
    struct caa_text rest = record->value.params;
    struct caa_param param;
    uint8_t folded[256];
    if (record->value.error != CAA_VALUE_NONE)
        return true;
    sample->values_seen++;
    while (caa_value_next_param(&rest, &param)) {
        size_t len = caa_text_fold(param.tag, folded, sizeof folded);
        if (len > sizeof folded)
            continue;
        struct count_entry *entry = count_map_at(&sample->params, caa_text_of(folded, len));
        if (entry == NULL)
            return false;
        entry->counts[0] += entry->seen[0] != sample->values_seen;
        entry->seen[0] = sample->values_seen;
    }
    return true;
}

static bool add_record(struct study_sample *sample, const struct caa_record *record)
{
    if (record->property == CAA_PROPERTY_ISSUE)
        return add_value(&sample->issue, record) && add_params(sample, record);
    if (record->property == CAA_PROPERTY_ISSUEWILD)
        return add_value(&sample->issuewild, record) && add_params(sample, record);
    return true;
}

static bool add_to(struct study_sample *sample, const struct tally_row *row, uint32_t metrics)
{
    const struct record_view *record = row->record;
    sample->asked++;
    sample->answered += record->own == OUTCOME_FOUND || record->own == OUTCOME_EMPTY;
    for (; metrics != 0; metrics &= metrics - 1)
        sample->names[__builtin_ctz(metrics)]++;
    for (size_t i = 0; row->part == PART_OWN && i < record->set.count; i++) {
        if (!add_record(sample, &record->set.records[i]))
            return false;
    }
    return true;
}

static bool is_of(const struct tally_row *row, enum study_population population)
{
    const struct record_view *record = row->record;
    switch (population) {
    case STUDY_POPULATION_BASE:
        return row->split.registrable.octets != NULL &&
               row->split.registrable.len == record->name.len;
    case STUDY_POPULATION_TOP_1M:
        return record->rank >= 1 && record->rank <= TOP_RANKS;
    default:
        return true;
    }
}

bool tally_study_add(struct tally_study *tally, const struct tally_row *row)
{
    const struct caa_set *set = &row->record->set;
    if (row->part >= PART_ASKED_END)
        return true;
    uint32_t metrics = differences_of(row->record);
    if (row->part == PART_OWN || row->part == PART_VIA_ALIAS)
        metrics |= bit(STUDY_METRIC_CAA_DIRECT_OR_ALIAS);
    if (row->part == PART_OWN)
        metrics |= bit(STUDY_METRIC_CAA_DIRECT);
    for (size_t i = 0; row->part == PART_OWN && i < set->count; i++)
        metrics |= metrics_of(&set->records[i]);
    for (unsigned population = 0; population < STUDY_POPULATION_COUNT; population++) {
        if (is_of(row, population) && !add_to(&tally->samples[population], row, metrics))
            return false;
    }
    return true;
}

static bool merge_values(struct study_values *into, const struct study_values *from)
{
    into->named += from->named;
    return count_map_merge(&into->by_ca, &from->by_ca) &&
           distinct_merge(&into->values, &from->values);
}

bool tally_study_merge(struct tally_study *into, const struct tally_study *from)
{
    for (size_t i = 0; i < STUDY_POPULATION_COUNT; i++) {
        struct study_sample *sum = &into->samples[i];
        const struct study_sample *part = &from->samples[i];
        sum->asked += part->asked;
        sum->answered += part->answered;
        for (size_t metric = 0; metric < STUDY_NAMES_END; metric++)
            sum->names[metric] += part->names[metric];
        if (!merge_values(&sum->issue, &part->issue) ||
            !merge_values(&sum->issuewild, &part->issuewild) ||
            !count_map_merge(&sum->params, &part->params))
            return false;
    }
    return true;
}

static uint64_t count_key(const struct count_map *map, const char *key)
{
    const struct count_entry *entry = count_map_find(map, caa_text_from(key));
    return entry != NULL ? entry->counts[0] : 0;
}

static uint64_t count_distinct(const struct distinct *values, bool *exact)
{
    *exact = !values->more;
    return distinct_count(values);
}

uint64_t tally_study_count(const struct study_sample *sample, enum study_metric metric,
                           const char *key, bool *exact)
{
    *exact = true;
    switch (metric) {
    case STUDY_METRIC_DISTINCT_ISSUE_VALUES:
        return count_distinct(&sample->issue.values, exact);
    case STUDY_METRIC_DISTINCT_ISSUEWILD_VALUES:
        return count_distinct(&sample->issuewild.values, exact);
    case STUDY_METRIC_PARAMETER:
        return count_key(&sample->params, key);
    case STUDY_METRIC_ISSUE_CA:
        return count_key(&sample->issue.by_ca, key);
    case STUDY_METRIC_ISSUEWILD_CA:
        return count_key(&sample->issuewild.by_ca, key);
    default:
        return sample->names[metric];
    }
}

uint64_t tally_study_base(const struct study_sample *sample, enum study_base base)
{
    switch (base) {
    case STUDY_BASE_ASKED:
        return sample->asked;
    case STUDY_BASE_ANSWERED:
        return sample->answered;
    case STUDY_BASE_DIRECT:
        return sample->names[STUDY_METRIC_CAA_DIRECT];
    case STUDY_BASE_ISSUE_VALUES:
        return sample->issue.named;
    case STUDY_BASE_ISSUEWILD_VALUES:
        return sample->issuewild.named;
    default:
        return 0;
    }
}
