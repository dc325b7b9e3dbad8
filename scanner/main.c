#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "options.h"
#include "scan.h"

/* A descriptor that is closed would be given to the next file or socket, and be taken for standard
 * input or output. */
static void open_standard_files(void)
{
    int fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDWR);
    if (fd > STDERR_FILENO)
        close(fd);
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
    }
    options_fini(&options);
    return code;
}
