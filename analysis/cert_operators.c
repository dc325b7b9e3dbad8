#include "cert_operators.h"

#include <stdlib.h>

#include "caa_issuer.h"

size_t cert_operators_at(struct cert_operators *operators, const char *name)
{
    for (size_t i = 0; i < operators->count; i++) {
        if (strcmp(operators->list[i].name, name) == 0)
            return i + 1;
    }
    struct cert_operator *grown = realloc(operators->list, (operators->count + 1) * sizeof *grown);
    if (grown == NULL)
        return 0;
    operators->list = grown;
    struct cert_operator *fresh = &grown[operators->count];
    *fresh = (struct cert_operator){
        .name = name, .identifiers = calloc(caa_issuer_count() + 1, sizeof *fresh->identifiers)};
    if (fresh->identifiers == NULL)
        return 0;
    size_t count = 0;
    for (size_t i = 0; i < caa_issuer_count(); i++) {
        const struct caa_issuer *issuer = caa_issuer_at(i);
        if (strcmp(issuer->ca_operator, name) == 0)
            fresh->identifiers[count++] = caa_text_from(issuer->identifier);
    }
    fresh->ca = (struct caa_ca){fresh->identifiers, count, CAA_SUPPORTS_IANA};
    return ++operators->count;
}

void cert_operators_fini(struct cert_operators *operators)
{
    for (size_t i = 0; i < operators->count; i++)
        free(operators->list[i].identifiers);
    free(operators->list);
    *operators = (struct cert_operators){0};
}
