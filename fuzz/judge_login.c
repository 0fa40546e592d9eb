/* AUTH (RFC 4954): who gets in, and what is asked for. */
#include "base/base64.h"
#include "judge_internal.h"

/* Mechanisms that show the password, or a token, to who listens. */
static bool shows_secret(struct bytes name)
{
    return word_is(name, "PLAIN") || word_is(name, "LOGIN") || word_is(name, "XOAUTH2") || word_is(name, "OAUTHBEARER");
}

bool judge_mechanism(const struct judge *j, struct bytes name)
{
    return shows_secret(name) ? j->tls : word_is(name, "CRAM-MD5") || word_is(name, "SCRAM-SHA-256");
}

static void decode(struct buffer *out, struct bytes text)
{
    if (!bytes_equal(text, BYTES("=")))
        base64_decode(out, text);
}

/* Nobody gets in without having named a user, and having shown the password where it is shown. The others prove that
 * they know it by digests that no mutation finds. */
static void success_holds(const struct judge *j, struct bytes mechanism, struct bytes said)
{
    HOLDS(judge_mechanism(j, mechanism));
    HOLDS(shows_secret(mechanism));
    HOLDS(bytes_find(said, BYTES("alice")) != BYTES_NONE && bytes_find(said, BYTES("secret")) != BYTES_NONE);
}

/* Challenge by challenge to the end. False: the client said no more. */
static bool exchange(struct judge *j, struct reply *r, struct buffer *said)
{
    enum { LONGEST = 12288 };
    struct bytes line;
    while (r->code == 334) {
        if (!judge_line(j, &line))
            return false;
        *r = judge_reply_to(j, true);
        HOLDS(!bytes_equal(line, BYTES("*")) || r->code == 501); /* cancelled */
        HOLDS(line.len <= LONGEST || r->code == 500);
        decode(said, line);
    }
    return true;
}

void judge_auth(struct judge *j, const struct asked *a)
{
    struct bytes rest = a->argument, mechanism = {0}, initial = {0};
    struct reply r = judge_reply_to(j, true);
    bytes_next_word(&rest, &mechanism);
    bytes_next_word(&rest, &initial);
    bool allowed = j->extended && !j->authenticated && !j->open && judge_mechanism(j, mechanism);
    HOLDS(allowed || r.code >= 500);
    struct buffer said = {0};
    decode(&said, initial);
    if (exchange(j, &r, &said)) {
        HOLDS(r.code == 235 || r.code >= 400);
        if (r.code == 235)
            success_holds(j, mechanism, buffer_bytes(&said));
        j->authenticated |= r.code == 235;
    } else {
        judge_skip(j, j->in.len);
    }
    buffer_free(&said);
}
