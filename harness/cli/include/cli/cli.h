/* The command line: `smtpspec SUBCOMMAND ...`. One file for each subcommand; each returns the exit status of design
 * section 5. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

int cli_main(int argc, char **argv);

#endif
