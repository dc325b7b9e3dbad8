#include "suffix_rules.h"

#include <idn2.h>
#include <stdlib.h>

#define RULE_LEN_MAX 253u
#define FIRST_SLOTS 1024u

enum {
    IS_NODE = 1,     /* a rule, or the end of one */
    IS_SUFFIX = 2,   /* a rule as it stands */
    IS_WILDCARD = 4, /* any label in front of it makes a public suffix */
    IS_EXCEPTION = 8,
};

struct suffix_rule {
    uint32_t hash;
    uint32_t text_at;
    uint8_t len;
    uint8_t flags; /* 0: an empty slot */
};

/* Over the octets from the last to the first, so that each suffix of a name is one step further. */
static uint32_t hash_step(uint32_t hash, uint8_t octet)
{
    return (hash ^ octet) * 16777619u;
}

#define HASH_START 2166136261u

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

/* The slot of a suffix in lower case, or the empty one where it belongs. */
static struct suffix_rule *slot_of(const struct suffix_rules *rules, uint32_t hash,
                                   struct caa_text suffix)
{
    for (size_t i = hash & rules->mask;; i = (i + 1) & rules->mask) {
        struct suffix_rule *slot = &rules->slots[i];
        if (slot->flags == 0)
            return slot;
        if (slot->hash == hash && slot->len == suffix.len &&
            caa_text_equal_folded(
                caa_text_of((const uint8_t *)rules->text + slot->text_at, slot->len), suffix))
            return slot;
    }
}

static size_t filter_bit(uint32_t hash)
{
    return (hash ^ hash >> 15) % SUFFIX_RULES_FILTER_BITS;
}

/* Flags of a suffix; 0 where no rule has it. The filter is small enough to stay in a near cache,
 * and most names have one look that finds nothing. */
static uint8_t flags_of(const struct suffix_rules *rules, uint32_t hash, struct caa_text suffix)
{
    size_t bit = filter_bit(hash);
    if ((rules->filter[bit / 64] >> bit % 64 & 1) == 0)
        return 0;
    return slot_of(rules, hash, suffix)->flags;
}

static bool grow_slots(struct suffix_rules *rules)
{
    size_t old = rules->slots != NULL ? rules->mask + 1 : 0;
    if (2 * (rules->used + 1) <= old)
        return true;
    struct suffix_rules larger = *rules;
    larger.mask = (old == 0 ? FIRST_SLOTS : 2 * old) - 1;
    larger.slots = calloc(larger.mask + 1, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < old; i++) {
        const struct suffix_rule *it = &rules->slots[i];
        if (it->flags != 0)
            *slot_of(&larger, it->hash,
                     caa_text_of((const uint8_t *)rules->text + it->text_at, it->len)) = *it;
    }
    free(rules->slots);
    *rules = larger;
    return true;
}

static bool grow_text(struct suffix_rules *rules, size_t more)
{
    size_t cap = rules->text_cap == 0 ? 16384 : rules->text_cap;
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
    uint32_t hash = HASH_START;
    for (size_t i = rule.len; i-- > 0;) {
        hash = hash_step(hash, caa_text_fold_octet(rule.octets[i]));
        if (i > 0 && rule.octets[i - 1] != '.')
            continue;
        if (!grow_slots(rules))
            return false;
        struct suffix_rule *slot = slot_of(rules, hash, caa_text_after(rule, i));
        if (slot->flags == 0) {
            *slot = (struct suffix_rule){
                .hash = hash, .text_at = (uint32_t)(base + i), .len = (uint8_t)(rule.len - i)};
            rules->used++;
            rules->filter[filter_bit(hash) / 64] |= UINT64_C(1) << filter_bit(hash) % 64;
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
    uint32_t hash = HASH_START;
    for (size_t i = name.len; i-- > 0;)
        hash = hash_step(hash, caa_text_fold_octet(name.octets[i]));
    return (flags_of(rules, hash, name) & IS_SUFFIX) != 0;
}

size_t suffix_rules_find(const struct suffix_rules *rules, struct caa_text name)
{
    size_t suffix = 0, label_after = name.len;
    uint32_t hash = HASH_START;
    uint8_t above = 0;
    bool first = true;
    for (size_t i = name.len; i-- > 0;) {
        hash = hash_step(hash, caa_text_fold_octet(name.octets[i]));
        if (i > 0 && name.octets[i - 1] != '.')
            continue;
        uint8_t flags = flags_of(rules, hash, caa_text_after(name, i));
        if ((flags & IS_EXCEPTION) != 0)
            return label_after;
        if (first || (flags & IS_SUFFIX) != 0 || (above & IS_WILDCARD) != 0)
            suffix = i;
        if (flags == 0)
            break;
        label_after = i;
        above = flags;
        first = false;
    }
    return suffix;
}
