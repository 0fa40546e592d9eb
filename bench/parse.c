/* Throughput of the command parser on a mix of real commands, in MB/s of command lines with their CRLF. */
#include "smtp/command.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const lines[] = {
    "EHLO mail-out-17.mx.customer.example.net",
    "MAIL FROM:<bounce+18273645.alice=example.test@lists.example.org> SIZE=48213 BODY=8BITMIME",
    "RCPT TO:<alice@example.test>",
    "RCPT TO:<first.last.with.a.long.name@department.division.example.com> NOTIFY=FAILURE,DELAY "
    "ORCPT=rfc822;first.last@example.com",
    "DATA",
    "EHLO [IPv6:2001:db8::25]",
    "MAIL FROM:<>",
    "RCPT TO:<\"quoted local\"@example.test>",
    "BDAT 65536 LAST",
    "RSET",
    "NOOP",
    "AUTH PLAIN AGFsaWNlAHNlY3JldA==",
    "STARTTLS",
    "QUIT",
};
enum { LINES = sizeof lines / sizeof *lines, ROUNDS = 400000 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(void)
{
    struct bytes in[LINES];
    size_t octets = 0, wrong = 0;
    for (size_t i = 0; i < LINES; i++) {
        in[i] = bytes_string(lines[i]);
        octets += in[i].len + 2;
    }
    double begin = now();
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < LINES; i++) {
            struct command c;
            struct syntax_error e;
            wrong += command_parse(in[i], 0, &c, &e) != COMMAND_OK;
        }
    double took = now() - begin;
    if (wrong) {
        fprintf(stderr, "%zu lines were refused\n", wrong);
        return 1;
    }
    printf("command parser: %.0f MB/s, %.0f ns a command\n", (double)octets * ROUNDS / took / 1e6,
           took * 1e9 / ((double)ROUNDS * LINES));
    return 0;
}
