#include "sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_network.h"
#include "sim_world.h"

#define SERVERS_MAX 250u
#define LIMIT_ENTRIES 4096u
#define SECTIONS_MAX 1024u
#define ACTIONS_A_TURN 64u
#define IDLE_TURNS_MAX 4u
#define EPOCH_MS 1767225600000ull /* 2026-01-01 */
#define FNV_OFFSET 0xCBF29CE484222325ull
#define FNV_PRIME 0x100000001B3ull

struct sim_engine {
    struct engine *engine;
    void *memory;
    struct stats *stats;
    uint64_t next_ns; /* when it wants to be advanced */
};

struct sim_row {
    struct target target; /* its name and input lie in `name` and `text` where those are set */
    struct name_buffer name;
    char text[NAME_LEN_MAX + 1];
    json_t *record;
};

struct sim {
    struct sim_options options;
    struct record_scan scan;
    struct limit *limit;
    struct sim_engine engines[SIM_ENGINES_MAX];
    struct sim_network network;
    struct sim_world *world; /* NULL: resolvers are asked */
    struct sim_row **rows;
    size_t row_count, row_cap;
    size_t admitted[SIM_ENGINES_MAX]; /* rows of the engine passed by, in units of `engines` */
    uint64_t *order;                  /* rows, as their records came */
    size_t recorded;
    uint64_t now_ns, random, digest;
    bool jumped;
    struct sim_section *sections[SECTIONS_MAX];
    size_t section_count;
    uint8_t *line;
};

static void fill_defaults(struct sim_options *o)
{
    o->servers = o->servers > 0 ? o->servers : 1;
    o->engines = o->engines > 0 ? o->engines : 1;
    o->in_flight = o->in_flight > 0 ? o->in_flight : 64;
    o->cache_entries = o->cache_entries > 0 ? o->cache_entries : 4096;
    if (o->cache_entries == SIM_NO_CACHE)
        o->cache_entries = 0;
    o->channels = o->channels > 0 ? o->channels : 4;
    o->attempts = o->attempts > 0 ? o->attempts : 4;
    o->timeout_ns = o->timeout_ns > 0 ? o->timeout_ns : SIM_S;
    o->latency_ns = o->latency_ns > 0 ? o->latency_ns : 10 * SIM_MS;
    o->seed = o->seed > 0 ? o->seed : 1;
    o->authorities = o->authorities > 0 ? o->authorities : 1024;
}

static void build_engine(struct sim *s, struct sim_engine *it)
{
    const struct sim_options *o = &s->options;
    it->stats = aligned_alloc(64, sizeof *it->stats);
    assert_non_null(it->stats);
    memset(it->stats, 0, sizeof *it->stats);
    struct engine_config config = {.scan = &s->scan,
                                   .servers = o->iterate ? NULL : s->network.servers,
                                   .server_count = o->iterate ? 0 : o->servers,
                                   .roots = o->iterate ? sim_world_roots(s->world) : NULL,
                                   .authorities = o->authorities,
                                   .anchors = o->anchors,
                                   .server_in_flight = o->server_in_flight,
                                   .mixed_case = o->mixed_case,
                                   .ipv4 = !o->without_ipv4,
                                   .ipv6 = o->ipv6,
                                   .control = o->control,
                                   .context = o->context,
                                   .all_nameservers = o->all_nameservers,
                                   .limit = s->limit,
                                   .stats = it->stats,
                                   .in_flight = o->in_flight,
                                   .cache_entries = o->cache_entries,
                                   .channels = o->channels,
                                   .attempts = o->attempts,
                                   .timeout_ns = o->timeout_ns,
                                   .hash_seed = o->seed,
                                   .epoch_ms = EPOCH_MS,
                                   .alt = o->alt};
    size_t size = engine_size(&config);
    it->memory = aligned_alloc(64, size);
    assert_non_null(it->memory);
    memset(it->memory, 0, size);
    it->engine = engine_init(it->memory, &config);
}

/* Resolvers have addresses of their own; the authorities come with their world. */
static void add_servers(struct sim *s)
{
    if (s->options.iterate) {
        s->world = sim_world_new(&s->network);
        s->network.model = (struct sim_model){sim_world_answer, s->world};
        return;
    }
    for (size_t i = 0; i < s->options.servers; i++)
        sim_network_server(&s->network, &(struct address){.octets = {192, 0, 2, (uint8_t)(i + 1)},
                                                          .port = 53,
                                                          .family = ADDRESS_IPV4});
}

struct sim *sim_new(const struct sim_options *options)
{
    struct sim *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->options = *options;
    fill_defaults(&s->options);
    const struct sim_options *o = &s->options;
    assert_true(o->engines <= SIM_ENGINES_MAX && o->servers <= SERVERS_MAX);
    s->scan = (struct record_scan){.scan = "sim",
                                   .vantage = "lab",
                                   .mode = o->iterate ? MODE_ITERATE : MODE_RESOLVER,
                                   .pass = 1};
    size_t limits = o->iterate ? LIMIT_ENTRIES : o->servers;
    s->limit = aligned_alloc(64, (limit_size(limits) + 63) / 64 * 64);
    assert_non_null(s->limit);
    limit_init(s->limit, limits, o->rate_qps, o->server_rate_qps);
    s->random = o->seed;
    s->digest = FNV_OFFSET;
    s->network = (struct sim_network){.channels = o->channels,
                                      .latency_ns = o->latency_ns,
                                      .loss_percent = o->loss_percent,
                                      .reply_loss_percent = o->reply_loss_percent,
                                      .way = o->way,
                                      .capacity = o->capacity,
                                      .no_ipv6_route = o->no_ipv6_route,
                                      .random = ~o->seed};
    sim_network_init(&s->network);
    s->network.verify = s->options.verify;
    add_servers(s);
    s->line = malloc(RECORD_LINE_MAX);
    assert_non_null(s->line);
    for (size_t i = 0; i < o->engines; i++)
        build_engine(s, &s->engines[i]);
    return s;
}

void sim_free(struct sim *s)
{
    for (size_t i = 0; i < s->options.engines; i++) {
        free(s->engines[i].stats);
        free(s->engines[i].memory);
    }
    for (size_t i = 0; i < s->row_count; i++) {
        json_decref(s->rows[i]->record);
        free(s->rows[i]);
    }
    for (size_t i = 0; i < s->section_count; i++)
        free(s->sections[i]);
    sim_world_free(s->world);
    sim_network_fini(&s->network);
    free(s->rows);
    free(s->order);
    free(s->limit);
    free(s->line);
    free(s);
}

/* ---- the script ---- */

void sim_add_rule(struct sim *s, const struct sim_rule *rule)
{
    assert_true(s->network.rule_count < SIM_RULES_MAX);
    s->network.rules[s->network.rule_count++] = *rule;
}

void sim_set_model(struct sim *s, struct sim_model model)
{
    s->network.model = model;
}

struct sim_world *sim_world(const struct sim *s)
{
    return s->world;
}

struct sim_section *sim_section(struct sim *s)
{
    assert_true(s->section_count < SECTIONS_MAX);
    struct sim_section *section = calloc(1, sizeof *section);
    assert_non_null(section);
    s->sections[s->section_count++] = section;
    return section;
}

void sim_issue(struct sim *s, const char *name, const char *issuer)
{
    struct sim_section *section = sim_section(s);
    sim_section_caa(section, name, 300, 0, "issue", issuer);
    sim_add_rule(
        s, &(struct sim_rule){.name = name, .type = TYPE_CAA, .answer = {.section = section}});
}

void sim_cname(struct sim *s, const char *name, const char *target)
{
    struct sim_section *section = sim_section(s);
    sim_section_alias(section, name, TYPE_CNAME, 300, target);
    struct sim_answer answer = SIM_DENIAL(RCODE_NOERROR);
    answer.section = section;
    sim_add_rule(s, &(struct sim_rule){.name = name, .answer = answer});
}

void sim_silence(struct sim *s, const char *name)
{
    sim_add_rule(s, &(struct sim_rule){.name = name, .fault = SIM_SILENT});
}

void sim_rcode(struct sim *s, const char *name, unsigned rcode)
{
    sim_add_rule(s, &(struct sim_rule){.name = name, .answer = {.rcode = rcode}});
}

static struct sim_row *new_row(struct sim *s)
{
    if (s->row_count == s->row_cap) {
        s->row_cap = s->row_cap > 0 ? 2 * s->row_cap : 64;
        s->rows = realloc(s->rows, s->row_cap * sizeof(struct sim_row *));
        s->order = realloc(s->order, s->row_cap * sizeof *s->order);
        assert_non_null(s->rows);
        assert_non_null(s->order);
    }
    struct sim_row *row = calloc(1, sizeof *row);
    assert_non_null(row);
    s->rows[s->row_count++] = row;
    return row;
}

uint64_t sim_admit_raw(struct sim *s, struct target target)
{
    struct sim_row *row = new_row(s);
    row->target = target;
    return row->target.row = s->row_count;
}

uint64_t sim_admit(struct sim *s, const char *name)
{
    struct sim_row *row = new_row(s);
    size_t len = strlen(name);
    row->name = sim_name(name);
    assert_true(len < sizeof row->text);
    memcpy(row->text, name, len);
    row->target = (struct target){.row = s->row_count,
                                  .rank = -1,
                                  .input = (const uint8_t *)row->text,
                                  .prefix = "",
                                  .input_len = (uint16_t)len,
                                  .name = name_of(&row->name)};
    return s->row_count;
}

void sim_admit_many(struct sim *s, const char *before, const char *after, unsigned count)
{
    char text[NAME_LEN_MAX + 1];
    for (unsigned i = 0; i < count; i++) {
        snprintf(text, sizeof text, "%s%u%s", before, i, after);
        sim_admit(s, text);
    }
}

/* ---- one turn of the shell ---- */

static void digest(struct sim *s, const void *octets, size_t len)
{
    const uint8_t *p = octets;
    for (size_t i = 0; i < len; i++)
        s->digest = (s->digest ^ p[i]) * FNV_PRIME;
}

static bool admit(struct sim *s, size_t index)
{
    bool any = false;
    for (;;) {
        size_t row = s->admitted[index] * s->options.engines + index;
        if (row >= s->row_count)
            return any;
        if (engine_admit(s->engines[index].engine, s->now_ns, &s->rows[row]->target, 1) == 0)
            return any;
        s->admitted[index]++;
        any = true;
    }
}

static void feed_random(struct sim *s, struct engine *e)
{
    uint8_t octets[256];
    size_t left = engine_random_room(e);
    if (s->options.random_a_turn > 0 && left > s->options.random_a_turn)
        left = s->options.random_a_turn;
    while (left > 0) {
        size_t n = left < sizeof octets ? left : sizeof octets;
        for (size_t i = 0; i < n; i++)
            octets[i] = (uint8_t)sim_random(&s->random);
        engine_feed_random(e, octets, n);
        left -= n;
    }
}

static bool take_actions(struct sim *s, size_t index)
{
    struct action actions[ACTIONS_A_TURN];
    size_t n = engine_take_actions(s->engines[index].engine, s->now_ns, actions, ACTIONS_A_TURN);
    for (size_t i = 0; i < n; i++) {
        digest(s, &actions[i].kind, sizeof actions[i].kind);
        digest(s, &actions[i].channel, sizeof actions[i].channel);
        if (actions[i].kind != ACTION_TCP_CLOSE && actions[i].kind != ACTION_VERIFY) {
            digest(s, actions[i].peer.octets, sizeof actions[i].peer.octets);
            digest(s, actions[i].octets, actions[i].len);
        }
        sim_network_take(&s->network, index, s->now_ns, &actions[i]);
    }
    return n > 0;
}

static void keep_records(struct sim *s, const char *octets, size_t len, size_t count)
{
    size_t lines = 0;
    for (size_t at = 0; at < len; lines++) {
        const char *end = memchr(octets + at, '\n', len - at);
        assert_non_null(end);
        json_error_t error;
        size_t line_len = (size_t)(end - (octets + at));
        json_t *record = json_loadb(octets + at, line_len, JSON_REJECT_DUPLICATES, &error);
        if (record == NULL)
            fail_msg("no JSON: %s: %.*s", error.text, (int)line_len, octets + at);
        json_int_t row = json_integer_value(json_object_get(record, "row"));
        assert_in_range(row, 1, s->row_count);
        struct sim_row *it = s->rows[row - 1];
        assert_null(it->record);
        it->record = record;
        s->order[s->recorded++] = (uint64_t)row;
        at += line_len + 1;
    }
    assert_int_equal(lines, count);
}

static bool take_records(struct sim *s, size_t index)
{
    if (s->now_ns < s->options.records_from_ns)
        return false;
    bool any = false;
    for (;;) {
        struct engine_records taken =
            engine_take_records(s->engines[index].engine, s->line, RECORD_LINE_MAX);
        assert_true(taken.count > 0 || !taken.more);
        if (taken.count == 0)
            return any;
        digest(s, s->line, taken.len);
        keep_records(s, (const char *)s->line, taken.len, taken.count);
        any = true;
    }
}

static void check_accounts(const struct sim_engine *it)
{
    uint64_t admitted = stats_get(it->stats, COUNTER_ADMITTED);
    uint64_t recorded = stats_get(it->stats, COUNTER_RECORDED);
    assert_int_equal(admitted, recorded + engine_busy(it->engine));
}

/* All that has arrived by now, as a shell drains its sockets before it looks at deadlines. */
static bool deliver(struct sim *s)
{
    bool any = false;
    for (; sim_network_next_ns(&s->network) <= s->now_ns; any = true) {
        struct sim_packet packet = sim_network_arrive(&s->network);
        engine_event(s->engines[packet.engine].engine, s->now_ns, &packet.event);
        free((void *)packet.event.octets);
    }
    return any;
}

static bool turn(struct sim *s)
{
    bool any = deliver(s);
    for (size_t i = 0; i < s->options.engines; i++) {
        struct sim_engine *it = &s->engines[i];
        size_t busy = engine_busy(it->engine);
        bool due = it->next_ns <= s->now_ns;
        it->next_ns = engine_advance(it->engine, s->now_ns);
        any |= admit(s, i);
        feed_random(s, it->engine);
        any |= take_actions(s, i);
        any |= take_records(s, i);
        any |= due && busy != engine_busy(it->engine);
        check_accounts(it);
        it->next_ns = engine_advance(it->engine, s->now_ns);
    }
    return any;
}

/* ---- time ---- */

static uint64_t next_ns(const struct sim *s)
{
    uint64_t next = sim_network_next_ns(&s->network);
    for (size_t i = 0; i < s->options.engines; i++) {
        if (s->engines[i].next_ns < next)
            next = s->engines[i].next_ns;
    }
    if (s->now_ns < s->options.records_from_ns && s->options.records_from_ns < next)
        next = s->options.records_from_ns;
    return next;
}

static void move_clock(struct sim *s, uint64_t to_ns)
{
    if (to_ns > s->now_ns)
        s->now_ns = to_ns;
    if (s->options.jump_ns > 0 && !s->jumped && s->now_ns >= s->options.jump_at_ns) {
        s->now_ns += s->options.jump_ns;
        s->jumped = true;
    }
}

static bool is_over(const struct sim *s)
{
    return s->recorded == s->row_count && s->network.packet_count == 0;
}

/* What must hold once nothing is at work. */
static void check_end(const struct sim *s)
{
    uint64_t queries = 0;
    for (size_t i = 0; i < s->row_count; i++) {
        assert_non_null(s->rows[i]->record);
        queries += (uint64_t)json_integer_value(json_object_get(s->rows[i]->record, "queries"));
    }
    assert_int_equal(queries, s->network.log_count);
    assert_int_equal(sim_stat(s, COUNTER_QUERIES), s->network.log_count);
    assert_int_equal(sim_stat(s, COUNTER_IN_FLIGHT), 0);
    assert_int_equal(s->network.open_count, 0);
    assert_int_equal(sim_busy(s), 0);
    assert_int_equal(sim_held(s), 0);
}

void sim_run_until(struct sim *s, uint64_t until_ns)
{
    unsigned idle = 0;
    while (!is_over(s)) {
        if (turn(s)) {
            idle = 0;
            continue;
        }
        uint64_t next = next_ns(s);
        if (next == UINT64_MAX)
            fail_msg("nothing is left to happen and %zu of %zu rows are recorded", s->recorded,
                     s->row_count);
        if (next >= until_ns) {
            move_clock(s, until_ns);
            return;
        }
        idle = next > s->now_ns ? 0 : idle + 1;
        if (idle > IDLE_TURNS_MAX)
            fail_msg("at %llu ns: called again at once, and does nothing",
                     (unsigned long long)s->now_ns);
        move_clock(s, next);
    }
    check_end(s);
}

void sim_run(struct sim *s)
{
    sim_run_until(s, UINT64_MAX);
}

void sim_pass(struct sim *s, uint64_t ns)
{
    assert_true(is_over(s));
    s->now_ns += ns;
}

/* ---- what came of it ---- */

uint64_t sim_now_ns(const struct sim *s)
{
    return s->now_ns;
}

uint64_t sim_stat(const struct sim *s, enum counter counter)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < s->options.engines; i++)
        sum += stats_get(s->engines[i].stats, counter);
    return sum;
}

size_t sim_busy(const struct sim *s)
{
    size_t busy = 0;
    for (size_t i = 0; i < s->options.engines; i++)
        busy += engine_busy(s->engines[i].engine);
    return busy;
}

size_t sim_held(const struct sim *s)
{
    size_t held = 0;
    for (size_t i = 0; i < s->options.engines; i++)
        held += engine_held(s->engines[i].engine);
    return held;
}

size_t sim_sent(const struct sim *s)
{
    return s->network.log_count;
}

size_t sim_asked(const struct sim *s, const char *name, uint16_t type)
{
    struct name_buffer wanted = sim_name(name);
    size_t asked = 0;
    for (size_t i = 0; i < s->network.log_count; i++) {
        const struct sim_query *q = &s->network.log[i];
        if ((type == 0 || q->type == type) && name_equal(name_of(&q->name), name_of(&wanted)))
            asked++;
    }
    return asked;
}

struct sim_query sim_sent_at(const struct sim *s, size_t i)
{
    assert_true(i < s->network.log_count);
    return s->network.log[i];
}

size_t sim_tcp_open(const struct sim *s)
{
    return s->network.open_count;
}

size_t sim_tcp_most(const struct sim *s)
{
    return s->network.open_most;
}

size_t sim_recorded(const struct sim *s)
{
    return s->recorded;
}

uint64_t sim_order(const struct sim *s, size_t i)
{
    assert_true(i < s->recorded);
    return s->order[i];
}

json_t *sim_record(const struct sim *s, uint64_t row)
{
    assert_in_range(row, 1, s->row_count);
    json_t *record = s->rows[row - 1]->record;
    assert_non_null(record);
    return record;
}

uint64_t sim_digest(const struct sim *s)
{
    return s->digest;
}
