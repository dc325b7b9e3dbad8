#include "caa_registry.h"

#include "caa_tables.h"

enum caa_property caa_registry_property(struct caa_text tag)
{
    for (size_t i = 0; i < caa_tables_property_count; i++) {
        const struct caa_tables_property *row = &caa_tables_properties[i];
        if (caa_text_equal_folded(tag, caa_text_from(row->tag)))
            return row->property;
    }
    return CAA_PROPERTY_UNKNOWN;
}

bool caa_registry_is_method(struct caa_text label)
{
    for (size_t i = 0; i < caa_tables_method_count; i++) {
        if (caa_text_equal(label, caa_text_from(caa_tables_methods[i])))
            return true;
    }
    return false;
}
