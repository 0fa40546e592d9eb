/* Exim's parsers of addresses, xtext and base64 behind adapter.h: scripts/fuzz-example exim builds it from the Debian
 * source package, links all of Exim but its main(), and calls what smtp_in.c calls for MAIL, RCPT, AUTH. */
#include "exim.h"

#include "adapter.h"

enum { LINE_LENGTH = 16384 };

struct parser_session {
    uschar line[LINE_LENGTH];
    size_t len;
};

int adapter_init(void)
{
    store_init();
    allow_domain_literals = TRUE;
    allow_utf8_domains = TRUE;
    strip_excess_angle_brackets = TRUE;
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
    say(out, "220 parser\r\n");
    return calloc(1, sizeof(struct parser_session));
}

void adapter_tls(void *session)
{
    (void)session;
}

void adapter_close(void *session)
{
    free(session);
}

static int address_good(uschar *text, BOOL null)
{
    uschar *error = NULL;
    int start, end, domain;
    return parse_extract_address(text, &error, &start, &end, &domain, null) != NULL;
}

static int response_good(uschar *text)
{
    uschar *decoded;
    uschar *space = Ustrchr(text, ' ');
    return b64decode(space ? space + 1 : text, &decoded) >= 0;
}

static int xtext_good(uschar *text)
{
    uschar *decoded;
    uschar *equals = Ustrchr(text, '=');
    return !equals || auth_xtextdecode(equals + 1, &decoded) >= 0;
}

static void line_done(struct parser_session *s, struct adapter_output *out)
{
    rmark mark = store_mark();
    int good = 1;
    s->line[s->len] = 0;
    s->len = 0;
    if (strncmpic(s->line, US "MAIL FROM:", 10) == 0)
        good = address_good(s->line + 10, TRUE) && xtext_good(s->line + 10);
    else if (strncmpic(s->line, US "RCPT TO:", 8) == 0)
        good = address_good(s->line + 8, FALSE) && xtext_good(s->line + 8);
    else if (strncmpic(s->line, US "AUTH ", 5) == 0)
        good = response_good(s->line + 5);
    store_reset(mark);
    say(out, good ? "250 ok\r\n" : "501 syntax error\r\n");
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
            s->line[s->len++] = octets[i];
        }
    }
    return ADAPTER_OPEN;
}
