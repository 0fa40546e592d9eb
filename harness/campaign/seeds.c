#include "seeds.h"

#include "base/base64.h"

#include <string.h>

/* As seed_print takes them. */
static const char *const seeds[] = {
    "{hello} client.test\nMAIL FROM:<{sender}>\nRCPT TO:<{recipient}>\nDATA\nSubject: a\n\nb\n.\nQUIT\n",
    "HELO client.test\nMAIL FROM:<>\nRCPT TO:<{recipient}>\nRSET\nNOOP\nQUIT\n",
    "{hello} client.test\nMAIL FROM:<{sender}> SIZE=1000 BODY=8BITMIME\nRCPT TO:<{recipient}>\n"
    "RCPT TO:<{recipient2}>\nDATA\n..a\n.\nRSET\nMAIL FROM:<{sender}>\nRCPT TO:<{unknown}>\nDATA\nQUIT\n",
    "{hello} client.test\nMAIL FROM:<{sender}>\nRCPT TO:<{recipient}>\nBDAT 6\nabcd\nBDAT 4 LAST\nab\nQUIT\n",
    "{hello} client.test\nMAIL FROM:<{sender}>\nRCPT TO:<{recipient}>\nBDAT 0 LAST\nBDAT 3\na\nQUIT\n",
    "{hello} client.test\nBDAT 6\nNOOP\nRSET\nQUIT\n",
    "{hello} client.test\nSTARTTLS\n#!starttls\n{hello} client.test\nMAIL FROM:<{sender}>\nRCPT TO:<{recipient}>\n"
    "DATA\na\n.\nQUIT\n",
    "{hello} client.test\nSTARTTLS\n#!join\nNOOP\n#!starttls\n{hello} client.test\nQUIT\n",
    "{hello} client.test\nMAIL FROM:<{sender}>\nSTARTTLS\n#!starttls\nRCPT TO:<{recipient}>\nNOOP\nQUIT\n",
    "{hello} client.test\nSTARTTLS\n#!starttls\n{hello} client.test\nAUTH PLAIN {plain}\nAUTH PLAIN {plain}\nQUIT\n",
    "{hello} client.test\nAUTH PLAIN {plain}\nMAIL FROM:<{sender}>\nRCPT TO:<{foreign}>\nDATA\na\n.\nQUIT\n",
    "{hello} client.test\nAUTH LOGIN\nYWxpY2U=\nc2VjcmV0\nAUTH CRAM-MD5\n*\nNOOP\nQUIT\n",
    "{hello} client.test\nMAIL FROM:<{sender}>\n#!join\nRCPT TO:<{recipient}>\n#!join\nDATA\na\n.\n#!join\n"
    "MAIL FROM:<{sender}>\n#!join\nRCPT TO:<{recipient}>\n#!join\nRSET\nQUIT\n",
    "{hello} client.test\nVRFY {recipient}\nEXPN {recipient}\nHELP\nHELP MAIL\nETRN example.test\nNOOP a\nTURN\nQUIT\n",
    "{hello} client.test\nMAIL FROM:<{sender}> RET=HDRS ENVID=a+2Bb\n"
    "RCPT TO:<{recipient}> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;{recipient}\nDATA\na\n.\nQUIT\n",
    "{hello} client.test\nMAIL FROM:<{sender}> SMTPUTF8 BODY=BINARYMIME\nRCPT TO:<{recipient}>\nBDAT 2 LAST\n\nQUIT\n",
    "{hello} client.test\nMAIL FROM:<{sender}>\nRCPT TO:<{recipient}>\n{hello} other.test\nRCPT TO:<{recipient}>\n"
    "MAIL FROM:<{sender}>\nMAIL FROM:<{sender}>\nDATA\nQUIT\n",
    "RCPT TO:<{recipient}>\nDATA\nMAIL FROM:<{sender}>\nEHLO\nEHLO [127.0.0.1]\nEHLO [IPv6:::1]\nQUIT\n",
    "{hello} client.test\nMAIL FROM:<{sender}>\nRCPT TO:<{recipient}>\nDATA\na\n#!half-close\n",
    "{hello} client.test\nMAIL FROM:<{sender}>\nRCPT TO:<\"quoted local\"@{domain}>\nRCPT "
    "TO:<@a.test,@b.test:{recipient}>\n"
    "RCPT TO:<a@[127.0.0.1]>\nRCPT TO:<Postmaster>\nQUIT\n",
};

size_t seeds_count(void)
{
    return sizeof seeds / sizeof *seeds;
}

static const char *fact_find(const struct target *t, struct bytes name)
{
    const struct {
        const char *name, *value;
    } facts[] = {{"hello", t->endpoint.lmtp ? "LHLO" : "EHLO"},
                 {"sender", t->sender},
                 {"recipient", t->recipient},
                 {"recipient2", t->recipient2 ? t->recipient2 : t->recipient},
                 {"unknown", t->unknown ? t->unknown : "nobody@example.test"},
                 {"foreign", t->foreign},
                 {"domain", t->domain ? t->domain : "example.test"}};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (bytes_equal(name, bytes_string(facts[i].name)))
            return facts[i].value;
    return NULL;
}

static void put_plain(const struct target *t, struct buffer *out)
{
    struct buffer response = {0};
    buffer_add_octet(&response, 0);
    buffer_add_string(&response, t->user ? t->user : "alice");
    buffer_add_octet(&response, 0);
    buffer_add_string(&response, t->password ? t->password : "secret");
    base64_encode(out, buffer_bytes(&response));
    buffer_free(&response);
}

static bool put_fact(const struct target *t, struct bytes name, struct buffer *out)
{
    if (bytes_equal(name, BYTES("plain"))) {
        put_plain(t, out);
        return true;
    }
    const char *value = fact_find(t, name);
    if (value)
        buffer_add_string(out, value);
    return value != NULL;
}

bool seeds_print(size_t at, const struct target *t, struct buffer *out)
{
    return seed_print(seeds[at], t, out);
}

bool seed_print(const char *seed, const struct target *t, struct buffer *out)
{
    bool mark = false;
    for (const char *c = seed; *c; c++) {
        if (!strncmp(c, "#!", 2))
            mark = true;
        if (*c == '{') {
            size_t len = strcspn(c + 1, "}");
            if (!put_fact(t, bytes_of(c + 1, len), out))
                return false;
            c += len + 1;
            continue;
        }
        if (*c == '\n' && !mark)
            buffer_add_octet(out, '\r');
        mark = mark && *c != '\n';
        buffer_add_octet(out, (unsigned char)*c);
    }
    return !buffer_failed(out);
}
