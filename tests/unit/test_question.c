/* Questions at work: each once, its waiters in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "answer_parts.h"
#include "question.h"
#include "servers.h"
#include "table_memory.h"

#define COUNT 16u

static struct questions questions;

static int set_up(void **state)
{
    *state = NULL;
    for (unsigned pass = 0; pass < 2; pass++)
        questions_init(&questions, table_memory(pass),
                       &(struct questions_config){
                           .count = COUNT, .usual = COUNT, .waiters = COUNT, .iterate = true});
    return 0;
}

/* All hashes equal, so that every bucket walk is long. */
static uint32_t start(const char *name, uint16_t type, bool cd)
{
    struct name_buffer buffer = named(name);
    struct question_key key = {.name = name_of(&buffer), .type = type, .checking_disabled = cd};
    return questions_new(&questions, &key, 42);
}

static uint32_t find(const char *name, uint16_t type, bool cd)
{
    struct name_buffer buffer = named(name);
    struct question_key key = {.name = name_of(&buffer), .type = type, .checking_disabled = cd};
    return questions_find(&questions, &key, 42);
}

static void finish(uint32_t question)
{
    questions_unlist(&questions, question);
    questions.list[question].state = QUESTION_DONE;
}

static void an_equal_question_is_found(void **state)
{
    (void)state;
    uint32_t question = start("example.org", TYPE_CAA, false);
    assert_int_equal(find("example.org", TYPE_CAA, false), question);
    assert_int_equal(find("example.net", TYPE_CAA, false), QUESTION_NONE);
    assert_int_equal(find("example.org", TYPE_DNAME, false), QUESTION_NONE);
    assert_int_equal(find("example.org", TYPE_CAA, true), QUESTION_NONE);
}

static void a_new_question_remembers_nothing(void **state)
{
    (void)state;
    uint32_t question = start("example.org", TYPE_CAA, false);
    struct question *q = &questions.list[question];
    q->sent = q->retries = 7;
    q->blob = 7;
    q->seen = CLASS_ID_MISMATCH;
    q->server = 3;
    q->tried_count = 5;
    for (unsigned i = 0; i < 5; i++)
        assert_non_null(questions_add_send(&questions, q));
    q->same_server = true;
    q->failure = CLASS_SERVFAIL;
    questions_need_past(&questions, q)->failed_chain = 9;
    memset(&q->iteration, 0xA5, sizeof q->iteration);
    memset(&q->trust, 0xA5, sizeof q->trust);
    finish(question);
    questions_free(&questions, question);
    assert_int_equal(start("other.org", TYPE_DNAME, true), question);
    assert_int_equal(q->sent + q->retries + q->seen, 0);
    assert_int_equal(q->blob, 0);
    assert_int_equal(q->send_count + q->tried_count, 0);
    assert_int_equal(q->server, SERVERS_NONE);
    assert_int_equal(q->state, QUESTION_READY);
    assert_int_equal(q->failure, CLASS_NONE);
    assert_int_equal(q->past, 0);
    assert_int_equal(questions_need_past(&questions, q)->failed_chain, 0);
    const struct iteration *it = &q->iteration;
    assert_int_equal(it->cut | it->first_cut | it->chain | it->asked_ipv4 | it->asked_ipv6, 0);
    assert_int_equal(it->waits_for, QUESTION_NONE);
    assert_int_equal(it->used_count | it->depth | it->sub_count | it->referrals | it->budget, 0);
    assert_int_equal(it->sub_failure, CLASS_NONE);
    assert_false(it->had_server || it->limit_hit || it->anew);
    assert_int_equal(q->trust.held | q->trust.keys | q->trust.step, 0);
    assert_false(q->same_server);
    struct question_key key = questions_key(&questions, q);
    assert_name(key.name, "other.org");
    assert_int_equal(key.type, TYPE_DNAME);
    assert_true(key.checking_disabled);
}

static void waiters_come_in_the_order_in_which_they_joined(void **state)
{
    (void)state;
    uint32_t question = start("example.org", TYPE_CAA, false);
    static const uint32_t waiters[] = {3, 0, 7};
    for (size_t i = 0; i < 3; i++)
        questions_join(&questions, question, waiters[i]);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(questions_next_waiter(&questions, question), waiters[i]);
    assert_int_equal(questions_next_waiter(&questions, question), QUESTION_NONE);
    questions_join(&questions, question, 7);
    assert_int_equal(questions_next_waiter(&questions, question), 7);
}

static void a_finished_question_is_not_joined(void **state)
{
    (void)state;
    uint32_t a = start("a", TYPE_CAA, false), b = start("b", TYPE_CAA, false);
    uint32_t c = start("c", TYPE_CAA, false);
    finish(b);
    assert_int_equal(find("b", TYPE_CAA, false), QUESTION_NONE);
    assert_int_equal(find("a", TYPE_CAA, false), a);
    assert_int_equal(find("c", TYPE_CAA, false), c);
    uint32_t again = start("b", TYPE_CAA, false);
    assert_int_not_equal(again, b);
    assert_int_equal(find("b", TYPE_CAA, false), again);
}

static void every_slot_is_used_and_comes_back(void **state)
{
    (void)state;
    uint32_t held[COUNT];
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h",
                                        "i", "j", "k", "l", "m", "n", "o", "p"};
    for (unsigned pass = 0; pass < 3; pass++) {
        for (size_t i = 0; i < COUNT; i++)
            held[i] = start(names[i], TYPE_CAA, false);
        assert_int_equal(questions.used, COUNT);
        for (size_t i = 0; i < COUNT; i++)
            assert_int_equal(find(names[i], TYPE_CAA, false), held[i]);
        for (size_t i = 0; i < COUNT; i++) {
            finish(held[(i * 5) % COUNT]);
            questions_free(&questions, held[(i * 5) % COUNT]);
        }
        assert_int_equal(questions.used, 0);
    }
}

/* Names around the length that is kept in the question itself, all at the same time. */
static void names_of_any_length_stay_whole(void **state)
{
    (void)state;
    struct name_buffer names[COUNT];
    uint32_t held[COUNT];
    char text[128];
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < COUNT; i++) {
            int label = (int)(QUESTION_NAME_INLINE - COUNT / 2 + (pass == 0 ? i : COUNT - 1 - i));
            snprintf(text, sizeof text, "%0*u", label, i);
            names[i] = named(text);
            held[i] = start(text, TYPE_CAA, false);
        }
        for (unsigned i = 0; i < COUNT; i++) {
            assert_true(name_equal(questions_name(&questions, &questions.list[held[i]]),
                                   name_of(&names[i])));
            finish(held[i]);
            questions_free(&questions, held[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_equal_question_is_found, set_up),
        cmocka_unit_test_setup(a_new_question_remembers_nothing, set_up),
        cmocka_unit_test_setup(waiters_come_in_the_order_in_which_they_joined, set_up),
        cmocka_unit_test_setup(a_finished_question_is_not_joined, set_up),
        cmocka_unit_test_setup(names_of_any_length_stay_whole, set_up),
        cmocka_unit_test_setup(every_slot_is_used_and_comes_back, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
