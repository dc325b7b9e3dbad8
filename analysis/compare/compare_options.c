#include "compare_options.h"

#include <stdlib.h>
#include <string.h>

#include "say.h"

#define MEMORY_DEFAULT (UINT64_C(256) << 20)
#define MEMORY_MIN (UINT64_C(64) << 10)
#define MEMORY_MAX (UINT64_C(1) << 44)

void compare_options_init(struct compare_options *options)
{
    *options =
        (struct compare_options){.memory = MEMORY_DEFAULT, .threads = command_line_processors()};
}

/* The factor that a suffix stands for; 0 if it is none. */
static uint64_t factor_of(const char *suffix)
{
    static const char letters[] = "KMGT";
    if (*suffix == '\0')
        return 1;
    const char *letter = strchr(letters, *suffix);
    if (letter == NULL || suffix[1] != '\0')
        return 0;
    return UINT64_C(1) << (10 * (letter - letters + 1));
}

static bool take_memory(const char *word, uint64_t *memory)
{
    char *suffix;
    unsigned long long count = strtoull(word, &suffix, 10);
    uint64_t factor = factor_of(suffix);
    if (*word >= '0' && *word <= '9' && factor > 0 && count <= MEMORY_MAX / factor &&
        count * factor >= MEMORY_MIN) {
        *memory = count * factor;
        return true;
    }
    say("--memory wants a size of 64K or more, as 512M or 8G, not \"%s\"", word);
    return false;
}

bool compare_options_take(void *context, int letter, const char *value)
{
    struct compare_options *options = context;
    uint64_t threads;
    switch (letter) {
    case 'o':
        options->output = value;
        return true;
    case 'q':
        options->quiet = true;
        return true;
    case 't':
        if (!command_line_number("--threads", value, COMMAND_LINE_THREADS_MAX, &threads))
            return false;
        options->threads = (unsigned)threads;
        return true;
    case COMPARE_LETTER_MEMORY:
        return take_memory(value, &options->memory);
    case COMPARE_LETTER_PSL:
        options->psl = value;
        return true;
    default:
        options->force = true;
        return true;
    }
}
