/* The interval of a share whose names come in clusters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cluster_bootstrap.h"

static void clusters_that_agree_leave_no_doubt(void **state)
{
    (void)state;
    struct cluster clusters[] = {{5, 10}, {50, 100}, {1, 2}};
    double low, high;
    assert_true(cluster_bootstrap(clusters, 3, &low, &high));
    assert_true(low > 0.4999 && high < 0.5001);
}

/* A hundred names of their own each are as good as independent: Wilson gives 0.404 to 0.596. */
static void single_names_are_as_wide_as_a_binomial(void **state)
{
    (void)state;
    struct cluster clusters[100];
    double low, high;
    for (size_t i = 0; i < 100; i++)
        clusters[i] = (struct cluster){i % 2, 1};
    assert_true(cluster_bootstrap(clusters, 100, &low, &high));
    assert_true(low >= 0.38 && low <= 0.42);
    assert_true(high >= 0.58 && high <= 0.62);
}

/* The same names in ten clusters that are alike within are ten pieces of news, not a hundred. */
static void clusters_are_wider(void **state)
{
    (void)state;
    struct cluster clusters[10];
    double low, high;
    for (size_t i = 0; i < 10; i++)
        clusters[i] = (struct cluster){i % 2 * 10, 10};
    assert_true(cluster_bootstrap(clusters, 10, &low, &high));
    assert_true(low >= 0.1 && low <= 0.25);
    assert_true(high >= 0.75 && high <= 0.9);
}

static void it_is_the_same_every_time(void **state)
{
    (void)state;
    struct cluster clusters[] = {{1, 10}, {7, 9}, {0, 30}, {2, 2}, {0, 0}};
    double low[2], high[2];
    for (size_t i = 0; i < 2; i++)
        assert_true(cluster_bootstrap(clusters, 5, &low[i], &high[i]));
    assert_true(low[0] >= low[1] && low[0] <= low[1] && high[0] >= high[1] && high[0] <= high[1]);
    assert_true(low[0] < 10.0 / 51 && high[0] > 10.0 / 51);
}

static void one_cluster_says_nothing_of_others(void **state)
{
    (void)state;
    struct cluster clusters[] = {{1, 10}, {0, 0}};
    double low, high;
    assert_false(cluster_bootstrap(clusters, 2, &low, &high));
    assert_false(cluster_bootstrap(clusters, 0, &low, &high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clusters_that_agree_leave_no_doubt),
        cmocka_unit_test(single_names_are_as_wide_as_a_binomial),
        cmocka_unit_test(clusters_are_wider),
        cmocka_unit_test(it_is_the_same_every_time),
        cmocka_unit_test(one_cluster_says_nothing_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
