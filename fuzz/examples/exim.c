/* Exim's parsers of addresses, xtext and base64 behind adapter.h: scripts/fuzz-example exim builds it from the Debian
 * source package, links all of Exim but its main(), and calls what smtp_in.c calls for MAIL, RCPT, AUTH. */
#include "exim.h"

#include "lines.h"

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

void *adapter_open(struct adapter_output *out)
{
    lines_say(out, "220 parser\r\n");
    return calloc(1, sizeof(struct lines));
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

static void take(void *session, char *text, struct adapter_output *out)
{
    rmark mark = store_mark();
    uschar *line = US text;
    int good = 1;
    (void)session;
    if (strncmpic(line, US "MAIL FROM:", 10) == 0)
        good = address_good(line + 10, TRUE) && xtext_good(line + 10);
    else if (strncmpic(line, US "RCPT TO:", 8) == 0)
        good = address_good(line + 8, FALSE) && xtext_good(line + 8);
    else if (strncmpic(line, US "AUTH ", 5) == 0)
        good = response_good(line + 5);
    store_reset(mark);
    lines_say(out, good ? "250 ok\r\n" : "501 syntax error\r\n");
}

enum adapter_state adapter_feed(void *session, const unsigned char *octets, size_t len, struct adapter_output *out)
{
    lines_feed(session, octets, len, take, NULL, out);
    return ADAPTER_OPEN;
}
