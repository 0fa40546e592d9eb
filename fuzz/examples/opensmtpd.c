/* OpenSMTPD's parser of MAIL and RCPT, and its reader of a message's header, behind adapter.h: scripts/fuzz-example
 * opensmtpd builds it from the Debian source package. smtp_mailaddr is static there, so that its file is included
 * whole; what of it is not used is dropped by the linker (--gc-sections). */
#include "smtp_session.c"

#include "lines.h"

/* What smtpd.c would hold; nothing that is left of smtp_session.c uses it. */
struct smtpd *env;
struct mproc *p_lka, *p_queue;

struct parser_session {
    struct lines lines;
    int data;
    struct rfc5322_parser *header;
};

int adapter_init(void)
{
    return 0;
}

unsigned adapter_oracles(void)
{
    return ADAPTER_REPLIES | ADAPTER_CUTS | ADAPTER_COUNT;
}

void *adapter_open(struct adapter_output *out)
{
    struct parser_session *s = calloc(1, sizeof *s);
    lines_say(out, "220 parser\r\n");
    if (s)
        s->header = rfc5322_parser_new();
    return s;
}

void adapter_tls(void *session)
{
    (void)session;
}

void adapter_close(void *session)
{
    struct parser_session *s = session;
    rfc5322_free(s->header);
    free(s);
}

/* As smtp_tx_filtered_dataline does it: one line in, what the parser makes of it until it wants the next. */
static void header_line(struct parser_session *s, const char *line, struct adapter_output *out)
{
    struct rfc5322_result r;
    int what;
    if (strcmp(line, ".") == 0) {
        s->data = 0;
        rfc5322_clear(s->header);
        lines_say(out, "250 ok\r\n");
        return;
    }
    if (rfc5322_push(s->header, line) == -1)
        return;
    while ((what = rfc5322_next(s->header, &r)) != RFC5322_NONE && what != RFC5322_ERR)
        if (what == RFC5322_HEADER_START && strcasecmp(r.hdr, "from") == 0)
            rfc5322_unfold_header(s->header);
}

static void address_line(char *path, int mail, struct adapter_output *out)
{
    struct mailaddr address;
    char *arguments = NULL;
    memset(&address, 0, sizeof address);
    lines_say(out, smtp_mailaddr(&address, path, mail, &arguments, "example.test") ? "250 ok\r\n"
                                                                                   : "501 address syntax error\r\n");
}

static void take(void *session, char *line, struct adapter_output *out)
{
    struct parser_session *s = session;
    if (s->data) {
        header_line(s, line, out);
    } else if (strncasecmp(line, "MAIL FROM:", 10) == 0) {
        address_line(line + 10, 1, out);
    } else if (strncasecmp(line, "RCPT TO:", 8) == 0) {
        address_line(line + 8, 0, out);
    } else if (strcasecmp(line, "DATA") == 0) {
        s->data = 1;
        lines_say(out, "354 go on\r\n");
    } else {
        lines_say(out, "250 ok\r\n");
    }
}

enum adapter_state adapter_feed(void *session, const unsigned char *octets, size_t len, struct adapter_output *out)
{
    struct parser_session *s = session;
    lines_feed(&s->lines, octets, len, take, s, out);
    return ADAPTER_OPEN;
}
