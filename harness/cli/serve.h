/* `smtpspec serve`: the reference server on the command line. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

/* argv[0] is "serve". Serves until SIGINT or SIGTERM. Returns the exit status: 0, or 2 for wrong options or an address
 * that can't be listened on. */
int cli_serve(int argc, char **argv);

#endif
