#include "name.h"

#include <string.h>

#include "octets.h"

/* A pointer may lead to a pointer, which no sender needs. One per label and one more is enough, and
 * keeps the work for a name below 400 steps however the message is built. */
#define POINTERS_MAX (NAME_LABELS_MAX + 1)
#define POINTER_BITS 0xC0u

static inline uint8_t folded(uint8_t octet)
{
    return (uint8_t)(octet >= 'A' && octet <= 'Z' ? octet + 32 : octet);
}

/* The same for the eight octets of a word. */
static inline uint64_t word_folded(uint64_t word)
{
    const uint64_t ones = UINT64_MAX / 255;
    uint64_t low = word & ones * 0x7F;
    uint64_t upper = (low + ones * (0x80 - 'A')) ^ (low + ones * (0x7F - 'Z'));
    return word | (upper & ~word & ones * 0x80) >> 2;
}

/* Copies `len` octets, and up to 7 more where both have them: left octets may be read, room octets
 * written. */
static inline void copy_folded(uint8_t *out, size_t room, const uint8_t *octets, size_t left,
                               size_t len)
{
    size_t at = 0;
    for (uint64_t word; at < len && left - at >= sizeof word && room - at >= sizeof word;
         at += sizeof word) {
        memcpy(&word, octets + at, sizeof word);
        word = word_folded(word);
        memcpy(out + at, &word, sizeof word);
    }
    for (; at < len; at++)
        out[at] = folded(octets[at]);
}

/* Where a name is being read: the run of labels it is in may only be left for an earlier one. */
struct walk {
    const uint8_t *start;
    size_t len;
    size_t at;
    size_t run;
    size_t end; /* behind the first pointer; 0 as long as none was met */
    unsigned pointers;
};

static bool walk_follow(struct walk *w)
{
    if (w->len - w->at < 2 || ++w->pointers > POINTERS_MAX)
        return false;
    size_t target = (size_t)(w->start[w->at] & 0x3Fu) << 8 | w->start[w->at + 1];
    if (target >= w->run)
        return false;
    if (w->end == 0)
        w->end = w->at + 2;
    w->run = w->at = target;
    return true;
}

/* Reads labels and follows pointers until the root label. Returns the octets written, 0 on error.
 */
static size_t walk_labels(struct walk *w, uint8_t *out)
{
    size_t len = 0;
    while (w->at < w->len) {
        size_t label = w->start[w->at];
        if (label >= POINTER_BITS) {
            if (!walk_follow(w))
                return 0;
            continue;
        }
        if (label > NAME_LABEL_MAX || label >= w->len - w->at || len + label + 1 > NAME_LEN_MAX)
            return 0;
        out[len++] = (uint8_t)label;
        copy_folded(out + len, NAME_LEN_MAX - len, w->start + w->at + 1, w->len - w->at - 1, label);
        len += label;
        w->at += label + 1;
        if (label == 0)
            return len;
    }
    return 0;
}

bool name_read(struct reader *r, struct name_buffer *into)
{
    into->len = 0;
    if (r->failed)
        return false;
    struct walk w = {.start = r->start, .len = r->len, .at = r->at, .run = r->at};
    size_t len = walk_labels(&w, into->wire);
    if (len == 0) {
        r->failed = true;
        return false;
    }
    into->len = (uint8_t)len;
    r->at = w.end != 0 ? w.end : w.at;
    return true;
}

void name_skip(struct reader *r)
{
    size_t start = r->at, at = start;
    while (!r->failed && at < r->len && at - start < NAME_LEN_MAX) {
        size_t label = r->start[at];
        if (label == 0) {
            r->at = at + 1;
            return;
        }
        if (label >= POINTER_BITS) {
            r->failed = r->len - at < 2 || (((label & 0x3Fu) << 8 | r->start[at + 1]) >= start);
            r->at = at + 2;
            return;
        }
        if (label > NAME_LABEL_MAX)
            break;
        at += label + 1;
    }
    r->failed = true;
}

void name_copy(struct name_buffer *into, struct name from)
{
    into->len = from.len;
    octets_copy(into->wire, from.wire, from.len);
}

/* The beginning of a word, where the buffer ends before it does. */
static void put_last(uint8_t *to, size_t len, uint64_t word)
{
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)(word >> 8 * i);
}

/* The length of a label goes where the dot before it stood. */
static bool put_length(uint8_t *at, size_t label)
{
    *at = (uint8_t)label;
    return label > 0 && label <= NAME_LABEL_MAX;
}

bool name_from_text(struct name_buffer *into, const uint8_t *text, size_t len)
{
    into->len = 0;
    if (len == 1 && text[0] == '.') {
        into->wire[0] = 0;
        into->len = 1;
        return true;
    }
    if (len > 0 && text[len - 1] == '.')
        len--;
    if (len == 0 || len > NAME_LEN_MAX - 2)
        return false;

    size_t label_at = 0; /* in the text; in the wire form its length octet stands there */
    for (size_t at = 0; at < len; at += OCTETS_WORD) {
        uint64_t word = octets_word_within(text, len, at);
        if (NAME_LEN_MAX - 1 - at >= OCTETS_WORD)
            octets_put_word(into->wire + 1 + at, word_folded(word));
        else
            put_last(into->wire + 1 + at, len - at, word_folded(word));
        for (uint64_t dots = octets_found(word, '.'); dots != 0; dots &= dots - 1) {
            size_t end = at + octets_first(dots);
            if (!put_length(into->wire + label_at, end - label_at))
                return false;
            label_at = end + 1;
        }
    }
    if (!put_length(into->wire + label_at, len - label_at))
        return false;
    into->wire[len + 1] = 0;
    into->len = (uint8_t)(len + 2);
    return true;
}

bool name_equal(struct name a, struct name b)
{
    return a.len == b.len && a.len > 0 && memcmp(a.wire, b.wire, a.len) == 0;
}

bool name_is_folded(const uint8_t *octets, struct name n)
{
    uint64_t word, other;
    size_t at = 0;
    for (; n.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, octets + at, sizeof word);
        memcpy(&other, n.wire + at, sizeof other);
        if (word_folded(word) != other)
            return false;
    }
    for (; at < n.len; at++) {
        if (folded(octets[at]) != n.wire[at])
            return false;
    }
    return true;
}

bool name_within(struct name n, struct name ancestor)
{
    if (ancestor.len == 0)
        return false;
    while (n.len > ancestor.len) {
        if (!name_parent(&n))
            return false;
    }
    return name_equal(n, ancestor);
}

bool name_parent(struct name *n)
{
    if (n->len <= 1)
        return false;
    uint8_t step = (uint8_t)(n->wire[0] + 1);
    n->wire += step;
    n->len = (uint8_t)(n->len - step);
    return true;
}

size_t name_label_count(struct name n)
{
    size_t count = 0;
    while (name_parent(&n))
        count++;
    return count;
}

struct name name_suffix(struct name n, size_t labels)
{
    for (size_t count = name_label_count(n); count > labels; count--)
        name_parent(&n);
    return n;
}

static int compare_labels(struct name a, struct name b)
{
    size_t common = a.wire[0] < b.wire[0] ? a.wire[0] : b.wire[0];
    int order = memcmp(a.wire + 1, b.wire + 1, common);
    return order != 0 ? order : a.wire[0] - b.wire[0];
}

/* Names of a zone's servers mostly differ in their first label alone. */
static bool same_behind_first(struct name a, struct name b)
{
    return name_parent(&a) && name_parent(&b) && name_equal(a, b);
}

/* From the left, so that the labels need not be kept: the last difference met is the one furthest
 * to the right, and that decides. */
int name_compare(struct name a, struct name b)
{
    if (same_behind_first(a, b))
        return compare_labels(a, b);
    size_t a_labels = name_label_count(a);
    size_t b_labels = name_label_count(b);
    int order = a.len > 0 && b.len > 0 ? 0 : (a.len > 0) - (b.len > 0);
    if (a_labels != b_labels)
        order = a_labels < b_labels ? -1 : 1;
    a = name_suffix(a, b_labels);
    b = name_suffix(b, a_labels);
    for (; a.len > 1; name_parent(&a), name_parent(&b)) {
        int labels = compare_labels(a, b);
        order = labels != 0 ? labels : order;
    }
    return order;
}

bool name_substitute(struct name_buffer *into, struct name n, struct name from, struct name to)
{
    if (n.len <= from.len || !name_within(n, from))
        return false;
    size_t prefix = (size_t)(n.len - from.len);
    if (prefix + to.len > NAME_LEN_MAX)
        return false;
    memcpy(into->wire, n.wire, prefix);
    memcpy(into->wire + prefix, to.wire, to.len);
    into->len = (uint8_t)(prefix + to.len);
    return true;
}

struct sip {
    uint64_t a, b, c, d;
};

static inline uint64_t rotated(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
    s->a += s->b;
    s->c += s->d;
    s->b = rotated(s->b, 13) ^ s->a;
    s->d = rotated(s->d, 16) ^ s->c;
    s->a = rotated(s->a, 32);
    s->c += s->b;
    s->a += s->d;
    s->b = rotated(s->b, 17) ^ s->c;
    s->d = rotated(s->d, 21) ^ s->a;
    s->c = rotated(s->c, 32);
}

/* What is left of a name once its whole words are hashed: in a longer name its last word, which
 * overlaps the one before; that every name ends in 0 leaves its last octet free for the length. */
static inline uint64_t last_word(struct name n, size_t at)
{
    uint64_t word = 0;
    if (at == n.len)
        return word;
    if (n.len > sizeof word) {
        memcpy(&word, n.wire + n.len - sizeof word, sizeof word);
        return word;
    }
    for (unsigned shift = 0; at < n.len; at++, shift += 8)
        word |= (uint64_t)n.wire[at] << shift;
    return word;
}

/* SipHash-1-3 with the seed as both halves of the key: names are chosen by others, and a plain
 * multiplicative hash has collisions that hold for every seed. */
uint64_t name_hash(struct name n, uint64_t seed)
{
    struct sip s = {seed ^ 0x736f6d6570736575u, seed ^ 0x646f72616e646f6du,
                    seed ^ 0x6c7967656e657261u, seed ^ 0x7465646279746573u};
    size_t at = 0;
    for (; n.len - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, n.wire + at, sizeof word);
        s.d ^= word;
        sip_round(&s);
        s.a ^= word;
    }
    uint64_t last = (uint64_t)n.len << 56 ^ last_word(n, at);
    s.d ^= last;
    sip_round(&s);
    s.a ^= last;
    s.c ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}

static size_t octet_text(uint8_t octet, char *out)
{
    if (octet == '\\') {
        out[0] = out[1] = '\\';
        return 2;
    }
    if (octet >= 0x20 && octet <= 0x7E && octet != '.') {
        out[0] = (char)octet;
        return 1;
    }
    out[0] = '\\';
    out[1] = (char)('0' + octet / 100);
    out[2] = (char)('0' + octet / 10 % 10);
    out[3] = (char)('0' + octet % 10);
    return 4;
}

size_t name_text(struct name n, char *out)
{
    size_t len = 0;
    while (n.len > 1) {
        if (len > 0)
            out[len++] = '.';
        for (size_t i = 1; i <= n.wire[0]; i++)
            len += octet_text(n.wire[i], out + len);
        name_parent(&n);
    }
    if (len == 0 && n.len == 1)
        out[len++] = '.';
    return len;
}
