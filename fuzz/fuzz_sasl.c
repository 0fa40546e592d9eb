/* A SASL exchange as AUTH and its answers (docs/fuzzing-format.md); an answer that is no base64 is taken as it is. In
 * an answer HONEST stands for what a client with the password would say there: SCRAM's proof and nonce, CRAM-MD5's
 * digest.
 *   - the same exchange gives the same challenges and the same end
 *   - a challenge is given where there is one, and nowhere else
 *   - who gets in is alice, and with another password on the server the same client does not
 *   - an honest client that follows the mechanism to its end gets in */
#include "base/arena.h"
#include "base/base64.h"
#include "mutate/script.h"
#include "property.h"
#include "smtp/sasl.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string.h>

enum { ITERATIONS = 1, MOST_STEPS = 8 };

struct run {
    const char *password;         /* what the server has */
    struct buffer challenges;     /* all of them, a line each */
    struct buffer client, server; /* SCRAM: first messages, for the proof */
    enum sasl_status end;
    struct bytes last; /* challenge, within `challenges` */
};

static bool find(void *context, struct bytes user, struct sasl_account *out)
{
    const struct run *r = context;
    *out = (struct sasl_account){BYTES("alice"), bytes_string(r->password)};
    return bytes_equal(user, BYTES("alice"));
}

/* --- the honest client -------------------------------------------------------------------------------------------- */

static void hmac(const EVP_MD *md, struct bytes key, struct bytes text, unsigned char *out)
{
    unsigned len = 0;
    HOLDS(HMAC(md, key.data ? (const void *)key.data : "", (int)key.len, text.data, text.len, out, &len) != NULL);
}

static void add_digest(const struct run *r, struct buffer *out)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    hmac(EVP_md5(), BYTES("secret"), r->last, digest);
    for (int i = 0; i < 16; i++)
        buffer_printf(out, "%02x", digest[i]);
}

/* "r=...,s=...,i=..." of the server's first message. */
static struct bytes attribute(struct bytes message, const char *name)
{
    size_t at = bytes_find(message, bytes_string(name));
    if (at == BYTES_NONE)
        return (struct bytes){0};
    message = bytes_from(message, at + strlen(name));
    return bytes_slice(message, 0, bytes_find_octet(message, ','));
}

static struct bytes bare(struct bytes client_first)
{
    size_t at = bytes_find(client_first, BYTES("n="));
    return at == BYTES_NONE ? client_first : bytes_from(client_first, at);
}

/* RFC 5802 section 3, over what was said; `without` is the final message up to the proof. */
static void add_proof(const struct run *r, struct bytes without, struct buffer *out)
{
    unsigned char salted[32], key[32], stored[32], signature[32];
    struct buffer salt = {0}, all = {0};
    struct bytes server = buffer_bytes(&r->server);
    base64_decode(&salt, attribute(server, ",s="));
    HOLDS(PKCS5_PBKDF2_HMAC("secret", 6, salt.data ? salt.data : (const unsigned char *)"", (int)salt.len, ITERATIONS,
                            EVP_sha256(), 32, salted));
    hmac(EVP_sha256(), bytes_of(salted, 32), BYTES("Client Key"), key);
    SHA256(key, 32, stored);
    buffer_add(&all, bare(buffer_bytes(&r->client)));
    buffer_add_string(&all, ",");
    buffer_add(&all, server);
    buffer_add_string(&all, ",");
    buffer_add(&all, without);
    hmac(EVP_sha256(), bytes_of(stored, 32), buffer_bytes(&all), signature);
    for (int i = 0; i < 32; i++)
        key[i] ^= signature[i];
    base64_encode(out, bytes_of(key, 32));
    buffer_free(&salt);
    buffer_free(&all);
}

/* Puts in what HONEST stands for. */
static void be_honest(const struct run *r, enum sasl_mechanism m, struct bytes message, struct buffer *out)
{
    const struct bytes word = BYTES("HONEST");
    for (size_t at; (at = bytes_find(message, word)) != BYTES_NONE; message = bytes_from(message, at + word.len)) {
        struct bytes before = bytes_slice(message, 0, at);
        buffer_add(out, before);
        if (m == SASL_CRAM_MD5)
            add_digest(r, out);
        else if (bytes_ends(before, BYTES(",p=")))
            add_proof(r, bytes_slice(buffer_bytes(out), 0, out->len - 3), out);
        else
            buffer_add(out, attribute(buffer_bytes(&r->server), "r="));
    }
    buffer_add(out, message);
}

/* --- the exchange ------------------------------------------------------------------------------------------------- */

static void note_challenge(struct run *r, struct bytes challenge)
{
    size_t from = r->challenges.len;
    buffer_add(&r->challenges, challenge);
    buffer_add_octet(&r->challenges, '\n');
    r->last = bytes_slice(buffer_bytes(&r->challenges), from, challenge.len);
    if (r->server.len == 0)
        buffer_add(&r->server, challenge);
}

static enum sasl_status step(struct run *r, struct sasl_server *s, enum sasl_mechanism m, bool has, struct bytes in)
{
    struct buffer challenge = {0}, honest = {0};
    be_honest(r, m, in, &honest);
    if (has && r->client.len == 0)
        buffer_add(&r->client, buffer_bytes(&honest));
    enum sasl_status status = sasl_server_step(s, has, buffer_bytes(&honest), &challenge);
    HOLDS(!buffer_failed(&challenge) && !buffer_failed(&honest));
    HOLDS(status == SASL_CONTINUE || challenge.len == 0);
    if (status == SASL_CONTINUE)
        note_challenge(r, buffer_bytes(&challenge));
    buffer_free(&challenge);
    buffer_free(&honest);
    return status;
}

static struct bytes text_of(const struct part *p)
{
    struct bytes line = p->octets;
    while (line.len > 0 && (line.data[line.len - 1] == '\n' || line.data[line.len - 1] == '\r'))
        line.len--;
    return line;
}

/* Out of base64 where it is some. */
static void decode(struct bytes text, struct buffer *out)
{
    buffer_clear(out);
    if (!base64_decode(out, text)) {
        buffer_clear(out);
        buffer_add(out, text);
    }
}

/* The first word of an AUTH line is the mechanism, the second the initial response. */
static bool parse_auth(struct bytes line, enum sasl_mechanism *m, struct bytes *initial)
{
    struct bytes word;
    *initial = (struct bytes){0};
    if (!bytes_next_word(&line, &word) || !bytes_next_word(&line, &word) || !sasl_find(word, m))
        return false;
    bytes_next_word(&line, initial);
    return true;
}

static void play(const struct script *s, enum sasl_mechanism m, struct bytes initial, struct run *r)
{
    const struct sasl_config config = {
        .find = find, .context = r, .host = "mx.example.test", .nonce = BYTES("abcdefghij"), .iterations = ITERATIONS};
    struct sasl_server *server = sasl_server_new(m, &config);
    struct buffer message = {0};
    HOLDS(server != NULL);
    decode(initial, &message);
    r->end = step(r, server, m, initial.len > 0, buffer_bytes(&message));
    for (size_t i = 1; i < s->count && i < MOST_STEPS && r->end == SASL_CONTINUE; i++) {
        decode(text_of(&s->parts[i]), &message);
        r->end = step(r, server, m, true, buffer_bytes(&message));
    }
    if (r->end == SASL_OK)
        HOLDS(bytes_equal(sasl_server_user(server), BYTES("alice")));
    buffer_free(&message);
    sasl_server_free(server);
}

static void run_free(struct run *r)
{
    buffer_free(&r->challenges);
    buffer_free(&r->client);
    buffer_free(&r->server);
}

/* What a client that knows the password says, and nothing else. */
static bool is_honest(const struct script *s, enum sasl_mechanism m, struct bytes initial)
{
    if (m == SASL_CRAM_MD5)
        return initial.len == 0 && s->count >= 2 && bytes_equal(text_of(&s->parts[1]), BYTES("alice HONEST"));
    return m == SASL_SCRAM_SHA_256 && s->count >= 3 && bytes_equal(initial, BYTES("biwsbj1hbGljZSxyPWFiYw==")) &&
           bytes_equal(text_of(&s->parts[1]), BYTES("c=biws,r=HONEST,p=HONEST")) && text_of(&s->parts[2]).len == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct script s;
    struct bytes initial;
    enum sasl_mechanism m;
    HOLDS(a != NULL && script_parse(&s, a, bytes_of(data, size)));
    if (s.count > 0 && parse_auth(text_of(&s.parts[0]), &m, &initial)) {
        struct run first = {.password = "secret"}, again = {.password = "secret"}, other = {.password = "terces"};
        play(&s, m, initial, &first);
        play(&s, m, initial, &again);
        play(&s, m, initial, &other);
        HOLDS(first.end == again.end && bytes_equal(buffer_bytes(&first.challenges), buffer_bytes(&again.challenges)));
        HOLDS(first.end != SASL_OK || other.end != SASL_OK);
        HOLDS(!is_honest(&s, m, initial) || (first.end == SASL_OK && other.end == SASL_REFUSED));
        run_free(&first);
        run_free(&again);
        run_free(&other);
    }
    arena_free(a);
    return 0;
}
