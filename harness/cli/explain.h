/* `smtpspec explain`: what a code, a reply, a command, an extension or a whole session means, in words. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

/* argv[0] is "explain". Prints to standard output. Returns 0, 2 when nothing could be understood or the command line is
 * wrong, 3 when reading, memory or printing failed. */
int cli_explain(int argc, char **argv);

#endif
