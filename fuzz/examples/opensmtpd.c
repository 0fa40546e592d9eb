/* OpenSMTPD's parser of MAIL and RCPT, and its reader of a message's header, behind adapter.h: scripts/fuzz-example
 * opensmtpd builds it from the Debian source package. smtp_mailaddr is static there, so that its file is included
 * whole; what of it is not used is dropped by the linker (--gc-sections). */
#include "smtp_session.c"

#include "adapter.h"

/* What smtpd.c would hold; nothing that is left of smtp_session.c uses it. */
struct smtpd *env;
struct mproc *p_lka, *p_queue;

enum { LINE_LENGTH = 2048 };

struct parser_session {
    char line[LINE_LENGTH];
    size_t len;
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

static void say(struct adapter_output *out, const char *text)
{
    adapter_say(out, text, strlen(text));
}

void *adapter_open(struct adapter_output *out)
{
    struct parser_session *s = calloc(1, sizeof *s);
    say(out, "220 parser\r\n");
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
static void header_line(struct parser_session *s, struct adapter_output *out)
{
    struct rfc5322_result r;
    int what;
    if (strcmp(s->line, ".") == 0) {
        s->data = 0;
        rfc5322_clear(s->header);
        say(out, "250 ok\r\n");
        return;
    }
    if (rfc5322_push(s->header, s->line) == -1)
        return;
    while ((what = rfc5322_next(s->header, &r)) != RFC5322_NONE && what != RFC5322_ERR)
        if (what == RFC5322_HEADER_START && strcasecmp(r.hdr, "from") == 0)
            rfc5322_unfold_header(s->header);
}

static void address_line(struct parser_session *s, int mail, struct adapter_output *out)
{
    struct mailaddr address;
    char *arguments = NULL;
    memset(&address, 0, sizeof address);
    if (!smtp_mailaddr(&address, s->line + (mail ? 10 : 8), mail, &arguments, "example.test"))
        say(out, "501 address syntax error\r\n");
    else
        say(out, "250 ok\r\n");
}

static void line_done(struct parser_session *s, struct adapter_output *out)
{
    s->line[s->len] = '\0';
    s->len = 0;
    if (s->data) {
        header_line(s, out);
    } else if (strncasecmp(s->line, "MAIL FROM:", 10) == 0) {
        address_line(s, 1, out);
    } else if (strncasecmp(s->line, "RCPT TO:", 8) == 0) {
        address_line(s, 0, out);
    } else if (strcasecmp(s->line, "DATA") == 0) {
        s->data = 1;
        say(out, "354 go on\r\n");
    } else {
        say(out, "250 ok\r\n");
    }
}

enum adapter_state adapter_feed(void *session, const unsigned char *octets, size_t len, struct adapter_output *out)
{
    struct parser_session *s = session;
    for (size_t i = 0; i < len; i++) {
        if (octets[i] == '\n') {
            if (s->len > 0 && s->line[s->len - 1] == '\r')
                s->len--;
            line_done(s, out);
        } else if (s->len + 1 < sizeof s->line) {
            s->line[s->len++] = (char)octets[i];
        }
    }
    return ADAPTER_OPEN;
}
