#include "resolvers.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ascii.h"
#include "small_file.h"

#define DNS_PORT 53u
#define LINE_MAX_LEN 512u

static const char not_address[] =
    "not an address; expected 192.0.2.1, 192.0.2.1:53, 2001:db8::1 or [2001:db8::1]:53";

/* Where text stands, for messages. */
struct place {
    const char *file; /* NULL: the command line */
    size_t line;
    struct failure *why;
};

static bool refuse(const struct place *place, const char *text, size_t len, const char *reason)
{
    if (place->file != NULL)
        failure_set(place->why, FAILURE_INPUT, "%s: line %zu: \"%.*s\": %s", place->file,
                    place->line, (int)len, text, reason);
    else
        failure_set(place->why, FAILURE_USAGE, "--resolvers: \"%.*s\": %s", (int)len, text, reason);
    return false;
}

static bool parse_port(const char *text, uint16_t *port)
{
    uint32_t value = 0;
    size_t len = strlen(text);
    if (len == 0 || len > 5)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!ascii_digit((uint8_t)text[i]))
            return false;
        value = value * 10 + (uint32_t)(text[i] - '0');
    }
    *port = (uint16_t)value;
    return value > 0 && value <= UINT16_MAX;
}

/* Is it an address that one host answers from? */
static bool is_unicast(const struct address *address)
{
    static const uint8_t zero[16];
    if (memcmp(address->octets, zero, sizeof zero) == 0)
        return false;
    return address->family == ADDRESS_IPV4 ? address->octets[0] < 224 : address->octets[0] != 0xff;
}

/* Splits "[host]:port", "host:port" or "host" in place. *port stays NULL where there is none. */
static bool split_port(char *text, char **host, char **port)
{
    *host = text;
    *port = NULL;
    if (text[0] == '[') {
        char *end = strchr(text, ']');
        if (end == NULL || (end[1] != '\0' && end[1] != ':'))
            return false;
        *host = text + 1;
        *port = end[1] == ':' ? end + 2 : NULL;
        *end = '\0';
        return strchr(*host, ':') != NULL;
    }
    char *colon = strchr(text, ':');
    if (colon != NULL && strchr(colon + 1, ':') == NULL) {
        *colon = '\0';
        *port = colon + 1;
    }
    return true;
}

/* Reads one address. Returns NULL, or why it is none. */
static const char *parse_address(const char *text, size_t len, struct address *out)
{
    char copy[ADDRESS_TEXT_MAX + 16];
    char *host, *port;
    *out = (struct address){.port = DNS_PORT};
    if (len == 0)
        return "an empty address";
    if (memchr(text, '%', len) != NULL && memchr(text, ':', len) != NULL)
        return "addresses with a scope (link-local) can't be asked";
    if (len >= sizeof copy || memchr(text, '\0', len) != NULL)
        return not_address;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (!split_port(copy, &host, &port))
        return not_address;
    bool colons = strchr(host, ':') != NULL;
    out->family = colons ? ADDRESS_IPV6 : ADDRESS_IPV4;
    if (inet_pton(colons ? AF_INET6 : AF_INET, host, out->octets) != 1)
        return not_address;
    if (port != NULL && !parse_port(port, &out->port))
        return "the port is not a number from 1 to 65535";
    if (!is_unicast(out))
        return "not an address of one host";
    if (out->family == ADDRESS_IPV6 && out->octets[0] == 0xfe && (out->octets[1] & 0xc0) == 0x80)
        return "link-local addresses can't be asked";
    return NULL;
}

static const char *append(struct resolvers *resolvers, const struct address *address)
{
    for (size_t i = 0; i < resolvers->count; i++) {
        if (address_equal(&resolvers->list[i], address))
            return NULL;
    }
    if (resolvers->count == RESOLVERS_MAX)
        return "more resolvers than can be kept";
    if ((resolvers->count & (resolvers->count - 1)) == 0) {
        size_t cap = resolvers->count > 0 ? 2 * resolvers->count : 1;
        struct address *list = realloc(resolvers->list, cap * sizeof *list);
        if (list == NULL)
            return "no memory to keep it";
        resolvers->list = list;
    }
    resolvers->list[resolvers->count++] = *address;
    return NULL;
}

/* Adds one address of the command line or of a file. */
static bool add_text(struct resolvers *out, const struct place *place, const char *text, size_t len)
{
    struct address address;
    const char *reason = parse_address(text, len, &address);
    if (reason == NULL)
        reason = append(out, &address);
    return reason == NULL || refuse(place, text, len, reason);
}

static bool read_list(struct resolvers *out, const char *argument, struct failure *why)
{
    const struct place place = {.why = why};
    for (;;) {
        size_t len = strcspn(argument, ",");
        if (!add_text(out, &place, argument, len))
            return false;
        if (argument[len] == '\0')
            return true;
        argument += len + 1;
    }
}

struct word {
    const char *text;
    size_t len;
};

/* The next word of a line; len 0 at its end or where a comment begins. */
static struct word next_word(const char **line)
{
    *line += strspn(*line, " \t\r\n");
    size_t len = strcspn(*line, " \t\r\n#;");
    struct word word = {*line, len};
    *line += len;
    return word;
}

static bool word_is(struct word word, const char *text)
{
    return word.len == strlen(text) && memcmp(word.text, text, word.len) == 0;
}

/* resolv.conf(5) lines that say nothing about addresses. */
static bool other_keyword(struct word word)
{
    return word_is(word, "search") || word_is(word, "domain") || word_is(word, "options") ||
           word_is(word, "sortlist");
}

static bool read_line(struct resolvers *out, const struct place *place, const char *line)
{
    struct word word = next_word(&line);
    if (word.len == 0 || other_keyword(word))
        return true;
    if (word_is(word, "nameserver"))
        word = next_word(&line);
    if (!add_text(out, place, word.text, word.len))
        return false;
    struct word more = next_word(&line);
    return more.len == 0 ||
           refuse(place, more.text, more.len, "more text behind an address; one address a line");
}

/* As resolv.conf(5) is read: only its "nameserver" lines, and what can't be used is passed over. */
static bool read_system_line(struct resolvers *out, const struct place *place, const char *line)
{
    (void)place;
    struct address address;
    if (!word_is(next_word(&line), "nameserver"))
        return true;
    struct word word = next_word(&line);
    if (parse_address(word.text, word.len, &address) == NULL)
        append(out, &address);
    return true;
}

typedef bool line_reader(struct resolvers *out, const struct place *place, const char *line);

static bool read_lines(struct resolvers *out, FILE *file, struct place *place, line_reader *read)
{
    char line[LINE_MAX_LEN];
    while (fgets(line, sizeof line, file) != NULL) {
        place->line++;
        size_t len = strlen(line);
        if (len + 1 == sizeof line && line[len - 1] != '\n')
            return refuse(place, line, 40, "the line is too long");
        if (!read(out, place, line))
            return false;
    }
    if (ferror(file) == 0)
        return true;
    failure_set(place->why, FAILURE_INPUT, "%s: %m", place->file);
    return false;
}

static bool read_file(struct resolvers *out, const char *path, struct failure *why,
                      line_reader *read)
{
    struct place place = {.file = path, .why = why};
    FILE *file = small_file_open(path);
    if (file == NULL) {
        failure_set(why, FAILURE_INPUT, "%s: %m", path);
        return false;
    }
    bool done = read_lines(out, file, &place, read);
    fclose(file);
    if (done && out->count == 0) {
        failure_set(why, FAILURE_INPUT, "%s: names no resolver that can be asked", path);
        done = false;
    }
    return done;
}

static bool finish(struct resolvers *out, bool done)
{
    if (!done)
        resolvers_fini(out);
    return done;
}

bool resolvers_from_system(struct resolvers *out, const char *path, struct failure *why)
{
    *out = (struct resolvers){0};
    return finish(out, read_file(out, path, why, read_system_line));
}

bool resolvers_from_argument(struct resolvers *out, const char *argument, struct failure *why)
{
    *out = (struct resolvers){0};
    if (strcmp(argument, RESOLVERS_SYSTEM_FILE) == 0)
        return resolvers_from_system(out, argument, why);
    struct address address;
    if (parse_address(argument, strcspn(argument, ","), &address) != not_address)
        return finish(out, read_list(out, argument, why));
    bool done = read_file(out, argument, why, read_line);
    if (!done && access(argument, F_OK) != 0)
        failure_set(why, FAILURE_USAGE, "--resolvers: \"%s\": no such file, and %s", argument,
                    not_address);
    return finish(out, done);
}

void resolvers_fini(struct resolvers *resolvers)
{
    free(resolvers->list);
    *resolvers = (struct resolvers){0};
}
