/* Issuer names of certificates, as tools print them, to CA operators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "caa_issuer.h"
#include "caa_organisation.h"
#include "caa_tables.h"

static void names_are_found_as_tools_print_them(void **state)
{
    (void)state;
    static const struct {
        const char *issuer, *ca_operator; /* NULL: unknown */
    } cases[] = {
        {"Let's Encrypt", "Let's Encrypt (ISRG)"},
        {"LETS ENCRYPT", "Let's Encrypt (ISRG)"},
        {"ISRG", NULL},
        {"letsencrypt.org", "Let's Encrypt (ISRG)"},
        {"DigiCert Inc", "DigiCert"},
        {"DigiCert, Inc.", "DigiCert"},
        {"digicert", "DigiCert"},
        {"DigiCert Fanclub", NULL},
        {"Sectigo Limited", "Sectigo"},
        {"GlobalSign nv-sa", "GlobalSign"},
        {"Certum", "Asseco / Certum"},
        {"Asseco Data Systems S.A.", "Asseco / Certum"},
        {"C=US, O=Let's Encrypt, CN=R3", "Let's Encrypt (ISRG)"},
        {"C = US, O = DigiCert Inc, CN = DigiCert TLS RSA SHA256 2020 CA1", "DigiCert"},
        {"/C=US/O=DigiCert Inc/OU=www.digicert.com/CN=x", "DigiCert"},
        {"CN=E1,O=Let's Encrypt,C=US", "Let's Encrypt (ISRG)"},
        {"CN=x, O=\"Cloudflare, Inc.\", C=US", "DigiCert"},
        {"CN=x, O=Cloudflare\\, Inc., C=US", "DigiCert"},
        {"O=GoDaddy.com, Inc., CN=x", "GoDaddy / Starfield"},
        {"CN=O=DigiCert", NULL},
        {"OU=DigiCert Inc", NULL},
        {"CN=DigiCert", NULL},
        {"", NULL},
        {"Inc.", NULL},
        {"O=", NULL},
        {"O", NULL},
        {"\xFF\xFE", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *found = caa_organisation_operator(caa_text_from(cases[i].issuer));
        const char *want = cases[i].ca_operator;
        if ((found == NULL) != (want == NULL) || (found != NULL && strcmp(found, want) != 0))
            fail_msg("%s: %s", cases[i].issuer, found != NULL ? found : "unknown");
    }
}

static void both_tables_find_their_own_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < caa_tables_organisation_count; i++) {
        const struct caa_tables_organisation *row = &caa_tables_organisations[i];
        const char *found = caa_organisation_operator(caa_text_from(row->name));
        if (found == NULL || strcmp(found, row->ca_operator) != 0)
            fail_msg("%s: %s", row->name, found != NULL ? found : "unknown");
    }
    for (size_t i = 0; i < caa_issuer_count(); i++) {
        const struct caa_issuer *issuer = caa_issuer_at(i);
        assert_non_null(caa_organisation_operator(caa_text_from(issuer->identifier)));
        assert_non_null(caa_organisation_operator(caa_text_from(issuer->ca_operator)));
    }
}

static void a_name_may_be_of_any_length(void **state)
{
    (void)state;
    char name[4096];
    memset(name, 'o', sizeof name);
    for (size_t len = 0; len <= sizeof name; len += 13)
        assert_null(caa_organisation_operator(caa_text_of(name, len)));
    memset(name, '=', sizeof name);
    assert_null(caa_organisation_operator(caa_text_of(name, sizeof name)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_as_tools_print_them),
        cmocka_unit_test(both_tables_find_their_own_names),
        cmocka_unit_test(a_name_may_be_of_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
