/* Any octets as a run of the external sort, and as an entry of a comparison: reading ends, stays
 * inside the octets, and gives the same twice. */
#include "compare_entry.h"
#include "diff_class.h"
#include "require.h"
#include "sort_run.h"

static int64_t read_memory(void *context, uint8_t *buffer, size_t len, uint64_t offset)
{
    const struct caa_text *octets = context;
    size_t left = octets->len - (size_t)offset;
    size_t taken = left < len ? left : len;
    memcpy(buffer, octets->octets + offset, taken);
    return (int64_t)taken;
}

/* What the entry says of its name is inside of it; its set has one form and permits what it does.
 */
static void check_entry(const struct sort_entry *stored)
{
    struct compare_entry entry;
    struct set_records records = {0}, again = {0};
    struct set_form form = {0};
    struct octet_buffer out = {0};
    if (compare_entry_read(stored, &entry) && set_records_read(&records, entry.set)) {
        require(entry.found_at.len <= entry.name.len);
        set_form_put(&form, &records.set, &out);
        require(!out.no_memory && set_records_read(&again, octet_buffer_text(&out)));
        require(policy_order_of(&again.set, &again.set) == POLICY_SAME ||
                again.set.count > POLICY_ORDER_GRANTS_MAX ||
                entry.set.len > POLICY_ORDER_METHODS_LEN_MAX);
        out.len = 0;
        set_form_put_text(&records.set, true, &out);
        for (size_t i = 0; i < out.len; i++)
            require(out.octets[i] >= 0x20 && out.octets[i] <= 0x7E);
    }
    set_records_fini(&records);
    set_records_fini(&again);
    set_form_fini(&form);
    octet_buffer_fini(&out);
}

static size_t read_run(struct caa_text octets)
{
    struct sort_run_reader reader;
    struct sort_run_source source = {read_memory, &octets};
    struct sort_entry entry;
    size_t sum = 0;
    require(sort_run_reader_init(&reader, source, 0, octets.len) == SORT_RUN_OK);
    while (sum < 1u << 20 && sort_run_read(&reader, &entry) == SORT_RUN_OK) {
        sum += 1 + entry.key.len + entry.body.len;
        check_entry(&entry);
    }
    sort_run_reader_fini(&reader);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct caa_text octets = caa_text_of(data, len);
    struct sort_entry entry;
    if (sort_entry_take(octets, &entry) == SORT_ENTRY_OK) {
        require(sort_entry_len(&entry) <= len);
        check_entry(&entry);
    }
    require(read_run(octets) == read_run(octets));
    return 0;
}
