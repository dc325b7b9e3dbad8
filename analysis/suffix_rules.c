#include "suffix_rules.h"

#include <idn2.h>
#include <stdlib.h>

#include "big_table.h"

#define RULE_LEN_MAX 253u
#define FIRST_SLOTS 32768u /* enough for the whole list */

enum {
    IS_NODE = 1,     /* a rule, or the end of one */
    IS_SUFFIX = 2,   /* a rule as it stands */
    IS_WILDCARD = 4, /* any label in front of it makes a public suffix */
    IS_EXCEPTION = 8,
};

struct suffix_rule {
    uint64_t word; /* of the text, by word_at */
    uint32_t hash;
    uint32_t text_at;
    uint8_t len;
    uint8_t flags; /* 0: an empty slot */
};

/* Eight octets, or all of fewer, of which no two texts of one length have the same word. */
static uint64_t word_at(const uint8_t *octets, size_t len)
{
    uint64_t word = 0;
    if (len >= 8) {
        memcpy(&word, octets, sizeof word);
        return word;
    }
    for (size_t i = 0; i < len; i++)
        word = word << 8 | octets[i];
    return word;
}

/* Of length, beginning and end, which tell nearly all rules apart. Letters have one hash in either
 * case, and so have a few other octets. */
static uint32_t hash_of(uint64_t word, struct caa_text suffix)
{
    static const uint64_t blanks = UINT64_C(0x2020202020202020);
    size_t end = suffix.len >= 8 ? suffix.len - 8 : 0;
    uint64_t hash = (word | blanks) * UINT64_C(0x9E3779B97F4A7C15) ^ suffix.len;
    if (end > 0)
        hash ^= hash >> 29 ^ (word_at(suffix.octets + end, 8) | blanks);
    hash *= UINT64_C(0xBF58476D1CE4E5B9);
    return (uint32_t)(hash >> 32);
}

void suffix_rules_init(struct suffix_rules *rules)
{
    *rules = (struct suffix_rules){0};
}

void suffix_rules_fini(struct suffix_rules *rules)
{
    free(rules->slots);
    free(rules->text);
    *rules = (struct suffix_rules){0};
}

/* A suffix that is looked for. */
struct look {
    struct caa_text suffix;
    uint64_t word;
    uint32_t hash;
};

static struct look look_for(struct caa_text suffix)
{
    uint64_t word = word_at(suffix.octets, suffix.len);
    return (struct look){suffix, word, hash_of(word, suffix)};
}

/* Is the word of a rule that of a suffix, but for case? Letters are the octets of a rule that have
 * 0x40. */
static bool is_same_word(uint64_t rule, uint64_t suffix)
{
    uint64_t cases = (rule & UINT64_C(0x4040404040404040)) >> 1;
    return ((rule ^ suffix) & ~cases) == 0;
}

/* A short one is its word. */
static bool is_slot_of(const struct suffix_rules *rules, const struct suffix_rule *slot,
                       const struct look *look)
{
    if (slot->hash != look->hash || slot->len != look->suffix.len ||
        !is_same_word(slot->word, look->word))
        return false;
    const uint8_t *text = (const uint8_t *)rules->text + slot->text_at;
    return slot->len <= 8 || caa_text_equal_folded(caa_text_of(text, slot->len), look->suffix);
}

/* The slot of a suffix, or the empty one where it belongs. */
static struct suffix_rule *slot_of(const struct suffix_rules *rules, const struct look *look)
{
    for (size_t i = look->hash & rules->mask;; i = (i + 1) & rules->mask) {
        struct suffix_rule *slot = &rules->slots[i];
        if (slot->flags == 0 || is_slot_of(rules, slot, look))
            return slot;
    }
}

static size_t filter_word(uint32_t hash)
{
    return hash % (SUFFIX_RULES_FILTER_BITS / 64);
}

/* Two bits of the word: half as many suffixes pass for a rule's as with one. */
static uint64_t filter_bits(uint32_t hash)
{
    return UINT64_C(1) << (hash >> 26) | UINT64_C(1) << (hash >> 20 & 63);
}

/* Flags of a suffix; 0 where no rule has it. The filter is small enough to stay in a near cache,
 * and most names have one look that finds nothing. */
static uint8_t flags_of(const struct suffix_rules *rules, struct caa_text suffix)
{
    struct look look = look_for(suffix);
    uint64_t bits = filter_bits(look.hash);
    if ((rules->filter[filter_word(look.hash)] & bits) != bits)
        return 0;
    return slot_of(rules, &look)->flags;
}

static bool grow_slots(struct suffix_rules *rules)
{
    size_t old = rules->slots != NULL ? rules->mask + 1 : 0;
    if (2 * (rules->used + 1) <= old)
        return true;
    struct suffix_rules larger = *rules;
    larger.mask = (old == 0 ? FIRST_SLOTS : 2 * old) - 1;
    larger.slots = big_table_zeroed(larger.mask + 1, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < old; i++) {
        const struct suffix_rule *it = &rules->slots[i];
        if (it->flags == 0)
            continue;
        const uint8_t *text = (const uint8_t *)rules->text + it->text_at;
        struct look look = {caa_text_of(text, it->len), it->word, it->hash};
        *slot_of(&larger, &look) = *it;
    }
    free(rules->slots);
    *rules = larger;
    return true;
}

static bool grow_text(struct suffix_rules *rules, size_t more)
{
    size_t cap = rules->text_cap == 0 ? 262144 : rules->text_cap;
    while (cap - rules->text_len < more)
        cap *= 2;
    if (cap == rules->text_cap)
        return true;
    char *grown = realloc(rules->text, cap);
    if (grown == NULL)
        return false;
    rules->text = grown;
    rules->text_cap = cap;
    return true;
}

/* Enters the rule and each of its own suffixes, so that a walk knows when to go on. */
static bool enter(struct suffix_rules *rules, struct caa_text rule, uint8_t flags)
{
    if (!grow_text(rules, rule.len))
        return false;
    size_t base = rules->text_len;
    memcpy(rules->text + base, rule.octets, rule.len);
    rules->text_len += rule.len;
    for (size_t i = rule.len; i-- > 0;) {
        if (i > 0 && rule.octets[i - 1] != '.')
            continue;
        if (!grow_slots(rules))
            return false;
        struct look look = look_for(caa_text_after(rule, i));
        struct suffix_rule *slot = slot_of(rules, &look);
        if (slot->flags == 0) {
            *slot = (struct suffix_rule){.word = look.word,
                                         .hash = look.hash,
                                         .text_at = (uint32_t)(base + i),
                                         .len = (uint8_t)(rule.len - i)};
            rules->used++;
            rules->filter[filter_word(look.hash)] |= filter_bits(look.hash);
        }
        slot->flags |= (uint8_t)(i == 0 ? flags | IS_NODE : IS_NODE);
    }
    rules->count++;
    return true;
}

/* Rules without U-labels, nearly all, need no IDNA. */
static bool is_plain(uint8_t octet)
{
    return octet == '.' || caa_text_is_alnum_or_hyphen(octet);
}

bool suffix_rules_add(struct suffix_rules *rules, struct caa_text rule)
{
    uint8_t flags = IS_SUFFIX;
    if (rule.len > 0 && rule.octets[0] == '!') {
        flags = IS_EXCEPTION;
        rule = caa_text_after(rule, 1);
    } else if (rule.len > 2 && rule.octets[0] == '*' && rule.octets[1] == '.') {
        flags = IS_WILDCARD;
        rule = caa_text_after(rule, 2);
    }
    if (rule.len > 0 && rule.len <= RULE_LEN_MAX && caa_text_all(rule, is_plain))
        return enter(rules, rule, flags);
    char text[4 * RULE_LEN_MAX + 1];
    if (rule.len == 0 || rule.len >= sizeof text)
        return true;
    memcpy(text, rule.octets, rule.len);
    text[rule.len] = '\0';
    char *ascii = NULL;
    if (idn2_lookup_u8((const uint8_t *)text, (uint8_t **)&ascii, IDN2_NONTRANSITIONAL) != IDN2_OK)
        return true;
    size_t len = strlen(ascii);
    bool entered = len == 0 || len > RULE_LEN_MAX ||
                   enter(rules, caa_text_of((const uint8_t *)ascii, len), flags);
    idn2_free(ascii);
    return entered;
}

bool suffix_rules_has(const struct suffix_rules *rules, struct caa_text name)
{
    return (flags_of(rules, name) & IS_SUFFIX) != 0;
}

/* Where the label begins that ends before `end`. */
static size_t label_before(struct caa_text name, size_t end)
{
    while (end > 0 && name.octets[end - 1] != '.')
        end--;
    return end;
}

struct suffix_place suffix_rules_find(const struct suffix_rules *rules, struct caa_text name)
{
    struct suffix_place place = {0, 0, 0};
    if (name.len == 0 || name.octets[name.len - 1] == '.')
        return place;
    size_t below = name.len; /* the label seen before, which the name's end counts as */
    uint8_t above = 0;
    place.tld = label_before(name, name.len);
    for (size_t at = place.tld;; at = label_before(name, at - 1)) {
        uint8_t flags = flags_of(rules, caa_text_after(name, at));
        place.registrable = at;
        if ((flags & IS_EXCEPTION) != 0) {
            place.suffix = below;
            break;
        }
        if (below == name.len || (flags & IS_SUFFIX) != 0 || (above & IS_WILDCARD) != 0)
            place.suffix = at;
        if (flags == 0 || at == 0)
            break;
        below = at;
        above = flags;
    }
    /* Mostly the walk ended at the label before the suffix, which is what is looked for. */
    if (place.suffix != below || place.registrable + 1 >= below)
        place.registrable = place.suffix > 1 ? label_before(name, place.suffix - 2) : place.suffix;
    return place;
}
