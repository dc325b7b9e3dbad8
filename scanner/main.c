#include <stdio.h>

#include "options.h"
#include "scan.h"

int main(int argc, char **argv)
{
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
