/* The subcommands, one function and one file each. argv[0] is the subcommand's name; what is returned is the exit
 * status of design section 5. */
#ifndef CLI_SUBCOMMAND_H
#define CLI_SUBCOMMAND_H

enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1,  /* something failed that --fail-on looks at */
    STATUS_WRONG = 2,   /* the command line, a scenario or the target file is wrong */
    STATUS_NOTHING = 3, /* nothing was judged, or the harness could not do its part */
    STATUS_INTERRUPTED = 130
};

struct subcommand {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
};

int cli_test(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_probe(int argc, char **argv);
int cli_init(int argc, char **argv);
int cli_report(int argc, char **argv);
int cli_fuzz(int argc, char **argv);
int cli_compare(int argc, char **argv);

#endif
