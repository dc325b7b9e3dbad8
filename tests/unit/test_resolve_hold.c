/* A question that steps aside for a while, and what it does then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "resolve_parts.h"
#include "table_memory.h"
#include "test_names.h"

#define WAITERS 4u
#define HELD_NS (100ull * 1000000)

static struct resolve resolve;
static struct store store;
static struct stats stats;
static struct limit *limit;

static void init(struct arena *arena)
{
    struct name_buffer ns = named("ns.");
    struct resolve_roots roots = {.ns = {name_of(&ns)}, .ns_count = 1, .glue_count = 1};
    roots.glue[0].address =
        (struct address){.family = ADDRESS_IPV4, .port = 53, .octets = {192, 0, 2, 1}};
    struct resolve_config config = {.roots = &roots,
                                    .limit = limit,
                                    .waiters = WAITERS,
                                    .cache_entries = 16,
                                    .channels = 1,
                                    .attempts = 2,
                                    .timeout_ns = 1000000000,
                                    .authorities = 16,
                                    .ipv4 = true};
    store_init(&store, arena, WAITERS, 16);
    resolve_init(&resolve, arena, &config, &store, &stats);
}

static int set_up(void **state)
{
    *state = NULL;
    limit = calloc(1, limit_size(4));
    if (limit == NULL)
        return 1;
    limit_init(limit, 4, 0, 0);
    for (unsigned pass = 0; pass < 2; pass++)
        init(table_memory(pass));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(limit);
    return 0;
}

/* Its reply over TCP was let go, for want of room to look into it, and its server with it. */
static void a_question_over_tcp_without_a_server_gets_one(void **state)
{
    (void)state;
    struct name_buffer name = named("example.");
    struct question_key key = {.name = name_of(&name), .type = TYPE_CAA};
    struct resolve_answer answer;
    assert_false(resolve_ask(&resolve, &key, 0, 1, &answer));
    uint32_t question = resolve_queue_pop(&resolve, &resolve.ready);
    assert_int_not_equal(question, QUESTION_NONE);
    struct question *q = &resolve.questions.list[question];
    q->ask.tcp = true;
    resolve_set_server(&resolve, q, SERVERS_NONE);
    resolve_hold(&resolve, question, 1);
    resolve_advance(&resolve, 1 + HELD_NS);
    assert_int_equal(resolve.ready_tcp.head, question);
    assert_int_not_equal(q->server, SERVERS_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_over_tcp_without_a_server_gets_one),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
