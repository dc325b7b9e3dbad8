/* fuzz_name.c: whatever name_read takes is a name, and every operation on it stays one.
 *
 * Input: where to start reading (one octet), then the message. */
#include <stdint.h>
#include <string.h>

#include "name.h"
#include "require.h"

static void check_wire(struct name n)
{
    size_t at = 0;
    require(n.len > 0 && name_label_count(n) <= NAME_LABELS_MAX);
    while (n.wire[at] != 0) {
        require(n.wire[at] <= NAME_LABEL_MAX);
        for (size_t i = 1; i <= n.wire[at]; i++)
            require(n.wire[at + i] < 'A' || n.wire[at + i] > 'Z');
        at += n.wire[at] + 1u;
        require(at < n.len);
    }
    require(at + 1 == n.len);
}

static void check_same_again(struct name n)
{
    struct reader r = reader_over(n.wire, n.len);
    struct name_buffer again;
    require(name_read(&r, &again) && reader_left(&r) == 0);
    require(name_equal(n, name_of(&again)));
    require(name_hash(n, 1) == name_hash(name_of(&again), 1));
}

static void check_text(struct name n)
{
    char text[NAME_TEXT_MAX];
    size_t len = name_text(n, text);
    require(len > 0 && len <= NAME_TEXT_MAX);
    for (size_t i = 0; i < len; i++)
        require(text[i] >= 0x20 && text[i] <= 0x7E);
    if (memchr(text, '\\', len) != NULL)
        return;
    struct name_buffer again;
    require(name_from_text(&again, (const uint8_t *)text, len));
    require(name_equal(n, name_of(&again)));
}

/* Every ancestor is one, and putting it in its own place changes nothing. */
static void check_climb(struct name n)
{
    struct name up = n;
    size_t labels = name_label_count(n);
    while (name_parent(&up)) {
        labels--;
        struct name_buffer same;
        require(name_within(n, up) && !name_within(up, n));
        require(name_equal(up, name_suffix(n, labels)));
        require(name_substitute(&same, n, up, up) && name_equal(n, name_of(&same)));
        struct name_buffer grown;
        if (name_substitute(&grown, n, up, n))
            check_wire(name_of(&grown));
    }
    require(labels == 0 && up.len == 1);
}

static void check_from_text(const uint8_t *text, size_t len)
{
    struct name_buffer n;
    if (name_from_text(&n, text, len))
        check_wire(name_of(&n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0)
        return 0;
    check_from_text(data + 1, len - 1);
    struct reader r = reader_over(data + 1, len - 1);
    reader_take(&r, data[0]);
    struct reader skip = r;
    struct name_buffer n;
    if (!name_read(&r, &n)) {
        require(r.failed && n.len == 0);
        return 0;
    }
    name_skip(&skip);
    require(!skip.failed && skip.at == r.at);
    check_wire(name_of(&n));
    check_same_again(name_of(&n));
    check_text(name_of(&n));
    check_climb(name_of(&n));
    return 0;
}
