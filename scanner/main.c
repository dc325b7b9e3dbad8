#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "options.h"
#include "scan.h"

/* A descriptor that is closed would be given to the next file or socket, and be taken for standard
 * input or output. What stands in for it can't be read or written, so that a list or records that
 * should come or go there are missed. */
static void open_standard_files(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDWR};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1)
            open("/dev/null", modes[fd]); /* the lowest that is free */
    }
}

int main(int argc, char **argv)
{
    open_standard_files();
    struct options options;
    struct failure why = {.kind = FAILURE_NONE};
    enum options_result result = options_parse(argc, argv, &options, &why);
    int code = 0;
    if (result == OPTIONS_RUN) {
        code = scan_run(&options, argc, argv);
    } else if (result == OPTIONS_ERROR) {
        fprintf(stderr, "caascan: %s\n", why.text);
        code = (int)why.kind;
    } else {
        options_print(result, stdout);
        if (fflush(stdout) != 0 || ferror(stdout) != 0) {
            fprintf(stderr, "caascan: standard output: write failed\n");
            code = FAILURE_OUTPUT;
        }
    }
    options_fini(&options);
    return code;
}
