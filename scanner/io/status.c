#include "status.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)
#define PLAIN_PERIOD_NS (10 * NS_PER_S)
#define EARLY_NS (NS_PER_S / 5) /* a timer may fire a little before its second */
#define COLUMNS_MAX 160u
#define COLUMNS_UNKNOWN 80u

/* Standard error that can't be written to is no reason to stop a scan. */
static void print(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        text += n;
        len -= (size_t)n;
    }
}

static uint64_t period_ns(const struct status *status)
{
    return status->style == STATUS_AUTO && !status->terminal ? PLAIN_PERIOD_NS : NS_PER_S;
}

static size_t terminal_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
        return COLUMNS_UNKNOWN;
    return size.ws_col <= COLUMNS_MAX ? size.ws_col - 1u : COLUMNS_MAX; /* the last one may wrap */
}

void status_init(struct status *status, enum status_style style, int fd)
{
    *status = (struct status){.style = style, .fd = fd, .terminal = isatty(fd) == 1};
    status->due_ns = period_ns(status) - EARLY_NS;
}

/* Blanks hide what a longer line left behind. */
static void print_in_place(struct status *status, const struct status_snapshot *now)
{
    char text[STATUS_TEXT_LINE_MAX];
    text[0] = '\r';
    size_t len = 1 + status_text_line(text + 1, sizeof text - 1, now, &status->last,
                                      terminal_columns(status->fd));
    size_t line_len = len - 1;
    while (len - 1 < status->line_len && len < sizeof text)
        text[len++] = ' ';
    print(status->fd, text, len);
    status->line_len = line_len;
}

static void print_line(struct status *status, const struct status_snapshot *now)
{
    char text[STATUS_TEXT_JSON_MAX];
    size_t len = status->style == STATUS_JSON
                     ? status_text_json(text, sizeof text - 1, now, &status->last)
                     : status_text_line(text, sizeof text - 1, now, &status->last, COLUMNS_MAX);
    text[len++] = '\n';
    print(status->fd, text, len);
}

static void print_state(struct status *status, const struct status_snapshot *now)
{
    if (status->style == STATUS_AUTO && status->terminal)
        print_in_place(status, now);
    else if (status->style != STATUS_SILENT)
        print_line(status, now);
    status->last = *now;
    status->due_ns = now->elapsed_ns + period_ns(status) - EARLY_NS;
}

void status_tick(struct status *status, const struct status_snapshot *now)
{
    if (status->style != STATUS_SILENT && now->elapsed_ns >= status->due_ns)
        print_state(status, now);
}

void status_break(struct status *status)
{
    if (status->line_len > 0)
        print(status->fd, "\n", 1);
    status->line_len = 0;
}

void status_finish(struct status *status, const struct status_summary *summary)
{
    char text[STATUS_TEXT_SUMMARY_MAX];
    struct status_snapshot end = summary->end;
    end.ended = true;
    print_state(status, &end);
    status_break(status);
    if (status->style == STATUS_AUTO)
        print(status->fd, text, status_text_summary(text, sizeof text, summary));
}
