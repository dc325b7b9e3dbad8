/* Which questions tell a row's zones, and what their answers mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "answer_parts.h"
#include "context.h"

static _Alignas(8) uint8_t blob[2048];

/* What a question showed. */
enum shown {
    RECORDS,
    DENIED,        /* by the SOA of `zone`; NULL: without SOA */
    NONEXISTENT,   /* the same with NXDOMAIN */
    ALIAS,         /* to other.net, and nothing there */
    BROKEN_ALIAS,  /* a loop behind it */
    FAILED,        /* no answer from a server */
    NOT_KEPT,      /* not even a blob */
    FOREIGN_DENIAL /* an SOA of a zone that can't hold the name */
};

static const struct answer *answer_to(struct name qname, uint16_t type, enum shown shown,
                                      const char *zone)
{
    static struct answer_parts parts;
    static const uint8_t rdata[] = {0};
    struct answer_rr rr = {.rdata = rdata, .rdlen = sizeof rdata};
    struct name_buffer apex = named(zone != NULL ? zone : "."), target = named("other.net");
    if (shown == NOT_KEPT)
        return NULL;
    parts = (struct answer_parts){.qname = qname, .rrs = &rr};
    parts.head = (struct answer){.qtype = type, .level = LEVEL_NODATA};
    if (shown == RECORDS) {
        parts.head.level = LEVEL_RECORDS;
        parts.head.rr_count = 1;
    } else if (shown == ALIAS) {
        parts.head.chain_count = 1;
        parts.chain[0] = (struct answer_alias){.owner = qname, .target = name_of(&target)};
    } else if (shown == BROKEN_ALIAS || shown == FAILED) {
        parts.head.failure = shown == FAILED ? CLASS_SERVFAIL : CLASS_CNAME_LOOP;
        parts.head.level = LEVEL_COUNT;
        parts.error_name = shown == FAILED ? (struct name){0} : name_of(&target);
    } else if (shown == NONEXISTENT) {
        parts.head.level = LEVEL_NXDOMAIN;
    }
    bool has_soa = zone != NULL && parts.head.failure == CLASS_NONE && shown != RECORDS;
    if (has_soa) {
        parts.head.flags = ANSWER_SOA;
        parts.set_zone.zone = name_of(&apex);
    }
    assert_true(answer_build(&parts, blob, sizeof blob) > 0);
    return (const struct answer *)blob;
}

struct turn {
    const char *name;
    uint16_t type;
    enum shown shown;
    const char *zone;
};

/* All questions of a row in order, and what is known at the end. */
struct script {
    const char *own, *set; /* NULL: no set */
    struct turn turns[8];
    const char *zone, *set_zone; /* NULL: not known */
    enum ds_status ds;
};

static const struct script scripts[] = {
    /* an apex, a name below it, a name that is not there, a TLD, the root's own child */
    {"example.org",
     NULL,
     {{"example.org", TYPE_SOA, RECORDS, NULL},
      {"example.org", TYPE_NS, RECORDS, NULL},
      {"example.org", TYPE_DS, RECORDS, NULL}},
     "example.org",
     NULL,
     DS_PRESENT},
    {"a.b.example.org",
     NULL,
     {{"a.b.example.org", TYPE_SOA, DENIED, "example.org"},
      {"example.org", TYPE_NS, RECORDS, NULL},
      {"example.org", TYPE_DS, DENIED, "org"}},
     "example.org",
     NULL,
     DS_ABSENT},
    {"none.example.org",
     NULL,
     {{"none.example.org", TYPE_SOA, NONEXISTENT, "example.org"},
      {"example.org", TYPE_NS, RECORDS, NULL},
      {"example.org", TYPE_DS, DENIED, NULL}},
     "example.org",
     NULL,
     DS_UNKNOWN},
    {"none",
     NULL,
     {{"none", TYPE_SOA, NONEXISTENT, "."}, {".", TYPE_NS, RECORDS, NULL}},
     ".",
     NULL,
     DS_UNKNOWN},
    /* DS that is denied as a name or redirected says nothing */
    {"example.org",
     NULL,
     {{"example.org", TYPE_SOA, RECORDS, NULL},
      {"example.org", TYPE_NS, FAILED, NULL},
      {"example.org", TYPE_DS, NONEXISTENT, "org"}},
     "example.org",
     NULL,
     DS_UNKNOWN},
    {"example.org",
     NULL,
     {{"example.org", TYPE_SOA, RECORDS, NULL},
      {"example.org", TYPE_NS, NOT_KEPT, NULL},
      {"example.org", TYPE_DS, ALIAS, "net"}},
     "example.org",
     NULL,
     DS_UNKNOWN},
    {"example.org",
     NULL,
     {{"example.org", TYPE_SOA, RECORDS, NULL},
      {"example.org", TYPE_NS, RECORDS, NULL},
      {"example.org", TYPE_DS, NOT_KEPT, NULL}},
     "example.org",
     NULL,
     DS_UNKNOWN},
    /* an alias begins no zone, wherever it leads */
    {"a.b.example.org",
     NULL,
     {{"a.b.example.org", TYPE_SOA, ALIAS, "net"},
      {"b.example.org", TYPE_SOA, BROKEN_ALIAS, NULL},
      {"example.org", TYPE_SOA, DENIED, "org"},
      {"org", TYPE_NS, RECORDS, NULL},
      {"org", TYPE_DS, RECORDS, NULL}},
     "org",
     NULL,
     DS_PRESENT},
    {"org",
     NULL,
     {{"org", TYPE_SOA, ALIAS, "net"}, {".", TYPE_SOA, ALIAS, "net"}},
     NULL,
     NULL,
     DS_UNKNOWN},
    /* no word of the zone */
    {"example.org", NULL, {{"example.org", TYPE_SOA, FAILED, NULL}}, NULL, NULL, DS_UNKNOWN},
    {"example.org", NULL, {{"example.org", TYPE_SOA, NOT_KEPT, NULL}}, NULL, NULL, DS_UNKNOWN},
    {"example.org", NULL, {{"example.org", TYPE_SOA, DENIED, NULL}}, NULL, NULL, DS_UNKNOWN},
    {"example.org",
     NULL,
     {{"example.org", TYPE_SOA, FOREIGN_DENIAL, "example.net"}},
     NULL,
     NULL,
     DS_UNKNOWN},
    /* the set's owner is the name, between it and its zone, above its zone */
    {"www.example.org",
     "www.example.org",
     {{"www.example.org", TYPE_SOA, DENIED, "example.org"},
      {"example.org", TYPE_NS, RECORDS, NULL},
      {"example.org", TYPE_DS, RECORDS, NULL}},
     "example.org",
     "example.org",
     DS_PRESENT},
    {"a.b.example.org",
     "b.example.org",
     {{"a.b.example.org", TYPE_SOA, DENIED, "example.org"},
      {"example.org", TYPE_NS, RECORDS, NULL},
      {"example.org", TYPE_DS, RECORDS, NULL}},
     "example.org",
     "example.org",
     DS_PRESENT},
    {"b.example.org",
     "example.org",
     {{"b.example.org", TYPE_SOA, RECORDS, NULL},
      {"b.example.org", TYPE_NS, RECORDS, NULL},
      {"b.example.org", TYPE_DS, RECORDS, NULL},
      {"example.org", TYPE_SOA, RECORDS, NULL},
      {"example.org", TYPE_NS, RECORDS, NULL}},
     "b.example.org",
     "example.org",
     DS_PRESENT},
    /* behind an alias: elsewhere, below in a zone of its own, a sibling in the same zone */
    {"www.example.org",
     "t.cdn.net",
     {{"www.example.org", TYPE_SOA, DENIED, "example.org"},
      {"example.org", TYPE_NS, RECORDS, NULL},
      {"example.org", TYPE_DS, DENIED, "org"},
      {"t.cdn.net", TYPE_SOA, DENIED, "cdn.net"},
      {"cdn.net", TYPE_NS, RECORDS, NULL}},
     "example.org",
     "cdn.net",
     DS_ABSENT},
    {"www.example.org",
     "t.sub.example.org",
     {{"www.example.org", TYPE_SOA, DENIED, "example.org"},
      {"example.org", TYPE_NS, RECORDS, NULL},
      {"example.org", TYPE_DS, DENIED, "org"},
      {"t.sub.example.org", TYPE_SOA, DENIED, "sub.example.org"},
      {"sub.example.org", TYPE_NS, FAILED, NULL}},
     "example.org",
     "sub.example.org",
     DS_ABSENT},
    {"www.example.org",
     "t.example.org",
     {{"www.example.org", TYPE_SOA, DENIED, "example.org"},
      {"example.org", TYPE_NS, RECORDS, NULL},
      {"example.org", TYPE_DS, DENIED, "org"},
      {"t.example.org", TYPE_SOA, DENIED, "example.org"}},
     "example.org",
     "example.org",
     DS_ABSENT},
    /* one zone stays unknown, the other does not */
    {"www.example.org",
     "t.cdn.net",
     {{"www.example.org", TYPE_SOA, FAILED, NULL},
      {"t.cdn.net", TYPE_SOA, RECORDS, NULL},
      {"t.cdn.net", TYPE_NS, RECORDS, NULL}},
     NULL,
     "t.cdn.net",
     DS_UNKNOWN},
    {"www.example.org",
     "www.example.org",
     {{"www.example.org", TYPE_SOA, FAILED, NULL}, {"www.example.org", TYPE_SOA, FAILED, NULL}},
     NULL,
     NULL,
     DS_UNKNOWN},
};

static void play(const struct script *it)
{
    struct name_buffer own = named(it->own), set = {.len = 0};
    if (it->set != NULL)
        set = named(it->set);
    struct context_names names = {.part = {name_of(&own), name_of(&set)}};
    struct context c;
    enum context_step step = context_begin(&c, &names);
    for (const struct turn *turn = it->turns; turn->name != NULL; turn++) {
        assert_int_equal(step, CONTEXT_ASK);
        struct context_question q = context_question(&c, &names);
        assert_name(q.name, turn->name);
        assert_int_equal(q.type, turn->type);
        step = context_next(&c, &names, answer_to(q.name, turn->type, turn->shown, turn->zone));
    }
    assert_int_equal(step, CONTEXT_DONE);
    assert_name(context_zone(&c, &names, CONTEXT_OWN), it->zone);
    assert_name(context_zone(&c, &names, CONTEXT_SET), it->set_zone);
    assert_int_equal(c.ds, it->ds);
}

static void each_row_asks_what_tells_its_zones(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        play(&scripts[i]);
}

static void an_answer_to_caa_may_tell_the_zone_as_well(void **state)
{
    (void)state;
    static const struct {
        enum shown shown;
        const char *zone;
        bool tells;
    } cases[] = {{RECORDS, NULL, false},     {DENIED, "example.org", true},
                 {DENIED, NULL, false},      {NONEXISTENT, "example.org", true},
                 {ALIAS, "net", true},       {ALIAS, NULL, true},
                 {BROKEN_ALIAS, NULL, true}, {FAILED, NULL, false}};
    struct name_buffer name = named("www.example.org");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct answer *a = answer_to(name_of(&name), TYPE_CAA, cases[i].shown, cases[i].zone);
        assert_int_equal(context_is_told(a), cases[i].tells);
    }
}

/* A hostile resolver can't make a row ask for longer than its name is. */
static void aliases_at_every_label_come_to_an_end(void **state)
{
    (void)state;
    struct name_buffer own = named("a.b.c.d.e.f.g.h");
    struct context_names names = {.part = {name_of(&own), name_of(&own)}};
    struct context c;
    size_t questions = 1;
    enum context_step step = context_begin(&c, &names);
    for (; step == CONTEXT_ASK; questions++) {
        struct context_question q = context_question(&c, &names);
        step = context_next(&c, &names, answer_to(q.name, q.type, ALIAS, NULL));
        assert_true(questions <= 2 * 9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_asks_what_tells_its_zones),
        cmocka_unit_test(an_answer_to_caa_may_tell_the_zone_as_well),
        cmocka_unit_test(aliases_at_every_label_come_to_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
