/* The climb by itself: which level comes next, and the verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "climb.h"
#include "test_names.h"

struct step {
    const char *sentence;
    unsigned labels, depth;
    enum climb_answer answer;
    enum climb_step step;
    enum outcome outcome; /* where done */
    unsigned next_depth;
};

static const struct step steps[] = {
    {"stops at the first name that has CAA", 3, 0, CLIMB_HAS_CAA, CLIMB_DONE, OUTCOME_FOUND, 0},
    {"a set above the name is as good", 3, 1, CLIMB_HAS_CAA, CLIMB_DONE, OUTCOME_FOUND, 1},
    {"the top-level domain may have CAA", 3, 2, CLIMB_HAS_CAA, CLIMB_DONE, OUTCOME_FOUND, 2},
    {"climbs past a name without CAA", 3, 0, CLIMB_NO_CAA, CLIMB_ASK, OUTCOME_EMPTY, 1},
    {"climbs past a name that does not exist", 3, 0, CLIMB_NO_NAME, CLIMB_ASK, OUTCOME_EMPTY, 1},
    {"climbs to the top-level domain", 3, 1, CLIMB_NO_CAA, CLIMB_ASK, OUTCOME_EMPTY, 2},
    {"never asks the root", 3, 2, CLIMB_NO_CAA, CLIMB_DONE, OUTCOME_EMPTY, 2},
    {"a top-level domain that does not exist is empty", 3, 2, CLIMB_NO_NAME, CLIMB_DONE,
     OUTCOME_EMPTY, 2},
    {"never turns a failure into an absence", 3, 0, CLIMB_FAILED, CLIMB_DONE, OUTCOME_INDETERMINATE,
     0},
    {"nor one of a parent", 3, 1, CLIMB_FAILED, CLIMB_DONE, OUTCOME_INDETERMINATE, 1},
    {"nor one of the last level", 3, 2, CLIMB_FAILED, CLIMB_DONE, OUTCOME_INDETERMINATE, 2},
    {"a single label is one level", 1, 0, CLIMB_NO_CAA, CLIMB_DONE, OUTCOME_EMPTY, 0},
    {"of 127 labels the last but one goes on", 127, 125, CLIMB_NO_NAME, CLIMB_ASK, OUTCOME_EMPTY,
     126},
    {"of 127 labels the last ends", 127, 126, CLIMB_NO_NAME, CLIMB_DONE, OUTCOME_EMPTY, 126},
};

static void each_step_is_as_the_rules_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const struct step *row = &steps[i];
        struct climb c = {
            .labels = (uint8_t)row->labels, .depth = (uint8_t)row->depth, .outcome = OUTCOME_EMPTY};
        enum climb_step step = climb_next(&c, row->answer);
        if (step != row->step || c.depth != row->next_depth)
            fail_msg("%s", row->sentence);
        if (step == CLIMB_DONE && c.outcome != row->outcome)
            fail_msg("%s: %s", row->sentence, outcome_word(c.outcome));
    }
}

static void a_climb_begins_at_the_name_itself(void **state)
{
    (void)state;
    struct name_buffer name = named("www.example.org");
    struct climb c;
    assert_int_equal(climb_begin(&c, name_of(&name)), CLIMB_ASK);
    assert_name(climb_level(&c, name_of(&name)), "www.example.org");
    assert_int_equal(c.depth, 0);
}

static void each_level_is_the_parent_of_the_one_before(void **state)
{
    (void)state;
    struct name_buffer name = named("www.example.org");
    static const char *const parents[] = {"example.org", "org"};
    struct climb c;
    climb_begin(&c, name_of(&name));
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(climb_next(&c, CLIMB_NO_CAA), CLIMB_ASK);
        assert_name(climb_level(&c, name_of(&name)), parents[i]);
    }
    assert_int_equal(climb_next(&c, CLIMB_NO_CAA), CLIMB_DONE);
}

static void the_root_has_no_level(void **state)
{
    (void)state;
    struct name_buffer root = named(".");
    struct climb c;
    assert_int_equal(climb_begin(&c, name_of(&root)), CLIMB_DONE);
    assert_int_equal(c.outcome, OUTCOME_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_is_as_the_rules_say),
        cmocka_unit_test(a_climb_begins_at_the_name_itself),
        cmocka_unit_test(each_level_is_the_parent_of_the_one_before),
        cmocka_unit_test(the_root_has_no_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
