#include "cmd_dump.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command_line.h"
#include "frame_read.h"
#include "record_files.h"
#include "say.h"

/* Writes octets as they are. A line that damage has cut off gets a newline of its own. */
struct dump {
    struct frame_reader frames;
    bool line_begun;
    bool damaged;
};

static bool print(void *context, const uint8_t *octets, size_t len)
{
    struct dump *dump = context;
    if (len > 0)
        dump->line_begun = octets[len - 1] != '\n';
    return fwrite(octets, 1, len, stdout) == len;
}

static bool end_line(struct dump *dump)
{
    return !dump->line_begun || print(dump, (const uint8_t *)"\n", 1);
}

static bool dump_damage(struct dump *dump, const char *path, struct frame frame, const char *what)
{
    dump->damaged = true;
    say("%s: frame at offset %zu: %s; %zu octets left out", path, frame.offset, what, frame.len);
    return end_line(dump);
}

/* False if standard output takes no more. */
static bool dump_unit(struct dump *dump, const struct record_file *file, struct frame frame)
{
    const uint8_t *octets = file->octets + frame.offset;
    struct frame_sink sink = {print, dump};
    if (frame.kind == FRAME_TORN)
        return dump_damage(dump, file->path, frame, "torn, the file ends inside it");
    if (frame.kind == FRAME_DAMAGED)
        return dump_damage(dump, file->path, frame, "damaged, no whole frame");
    if (!file->compressed)
        return print(dump, octets, frame.len);
    switch (frame_read(&dump->frames, octets, frame.len, &sink)) {
    case FRAME_READ_OK:
        return true;
    case FRAME_READ_DAMAGED:
        return dump_damage(dump, file->path, frame, dump->frames.reason);
    default:
        return false;
    }
}

static bool dump_units(struct dump *dump, const struct read_plan *plan)
{
    for (size_t i = 0; i < plan->unit_count; i++) {
        const struct read_unit *unit = &plan->units[i];
        bool first_of_file = i > 0 && plan->units[i - 1].file != unit->file;
        if (first_of_file && !end_line(dump))
            return false;
        if (!dump_unit(dump, &plan->files[unit->file], unit->frame))
            return false;
    }
    return end_line(dump) && fflush(stdout) == 0;
}

/* A reader that has seen enough, as head(1), is no failure. */
static int dump_all(const struct read_plan *plan)
{
    struct dump dump = {0};
    if (!frame_reader_init(&dump.frames)) {
        say("out of memory");
        return REPORT_EXIT_OUTPUT;
    }
    bool printed = dump_units(&dump, plan);
    int why = errno;
    frame_reader_fini(&dump.frames);
    if (!printed && why != EPIPE) {
        say("standard output: %s", strerror(why));
        return REPORT_EXIT_OUTPUT;
    }
    return dump.damaged ? REPORT_EXIT_DAMAGED : REPORT_EXIT_COMPLETE;
}

static int dump(const struct command_words *files)
{
    struct record_files input;
    int status = REPORT_EXIT_INPUT;
    if (record_files_init(&input, files->list, files->count))
        status = dump_all(&input.plan);
    record_files_fini(&input);
    return status;
}

static int run(void *context, const struct command_words *files)
{
    (void)context;
    if (files->count > 0)
        return dump(files);
    say("no record file given (see caareport dump --help)");
    return REPORT_EXIT_USAGE;
}

int cmd_dump_main(int argc, char **argv)
{
    static const struct command_line line = {
        .name = "dump",
        .usage = "FILE...",
        .help = "Print the records, one JSON object a line. FILE may be - for standard input."};
    return command_line_run(&line, argc, argv, NULL, run);
}
