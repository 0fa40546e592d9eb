/* The server's side of SASL: exchanges of the RFCs, broken ones, and a SCRAM client of its own. */
#include "base/base64.h"
#include "smtp/sasl.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

static bool find(void *context, struct bytes user, struct sasl_account *out)
{
    static const char *const accounts[][2] = {{"alice", "secret"}, {"tim", "tanstaaftanstaaf"}, {"a,b=c", "x"}};
    (void)context;
    for (size_t i = 0; i < sizeof accounts / sizeof *accounts; i++)
        if (bytes_equal(user, bytes_string(accounts[i][0]))) {
            *out = (struct sasl_account){user, bytes_string(accounts[i][1])};
            return true;
        }
    return false;
}

static struct sasl_server *server(enum sasl_mechanism m, const char *host, const char *nonce)
{
    struct sasl_config config = {.find = find, .host = host, .nonce = bytes_string(nonce)};
    struct sasl_server *s = sasl_server_new(m, &config);
    cr_assert_not_null(s);
    return s;
}

/* One or two messages and what comes of the last. NULL as first message: no initial response. */
struct row {
    enum sasl_mechanism mechanism;
    struct bytes first, second, third; /* data NULL: not sent */
    enum sasl_status status;
};
#define B(text)                                                                                                        \
    {                                                                                                                  \
        (const unsigned char *)text, sizeof text - 1                                                                   \
    }
#define NONE                                                                                                           \
    {                                                                                                                  \
        NULL, 0                                                                                                        \
    }

static const struct row rows[] = {
    {SASL_PLAIN, B("\0alice\0secret"), NONE, NONE, SASL_OK},
    {SASL_PLAIN, B("alice\0alice\0secret"), NONE, NONE, SASL_OK},
    {SASL_PLAIN, NONE, B("\0alice\0secret"), NONE, SASL_OK},
    {SASL_PLAIN, B("bob\0alice\0secret"), NONE, NONE, SASL_REFUSED},
    {SASL_PLAIN, B("\0alice\0wrong"), NONE, NONE, SASL_REFUSED},
    {SASL_PLAIN, B("\0alice\0secre"), NONE, NONE, SASL_REFUSED},
    {SASL_PLAIN, B("\0nobody\0secret"), NONE, NONE, SASL_REFUSED},
    {SASL_PLAIN, B("\0alice\0secret\0"), NONE, NONE, SASL_MALFORMED},
    {SASL_PLAIN, B("\0alice\0"), NONE, NONE, SASL_MALFORMED},
    {SASL_PLAIN, B("\0\0secret"), NONE, NONE, SASL_MALFORMED},
    {SASL_PLAIN, B("alice\0secret"), NONE, NONE, SASL_MALFORMED},
    {SASL_PLAIN, B("alice"), NONE, NONE, SASL_MALFORMED},
    {SASL_PLAIN, B(""), NONE, NONE, SASL_MALFORMED},
    {SASL_PLAIN, B("\0alice\0\xff"), NONE, NONE, SASL_MALFORMED},
    {SASL_LOGIN, NONE, B("alice"), B("secret"), SASL_OK},
    {SASL_LOGIN, B("alice"), B("secret"), NONE, SASL_OK},
    {SASL_LOGIN, NONE, B("alice"), B("wrong"), SASL_REFUSED},
    {SASL_LOGIN, NONE, B("nobody"), B(""), SASL_REFUSED},
    {SASL_LOGIN, NONE, B(""), B(""), SASL_REFUSED},
    {SASL_CRAM_MD5, B("alice"), NONE, NONE, SASL_MALFORMED},
    {SASL_CRAM_MD5, B(""), NONE, NONE, SASL_MALFORMED},
    {SASL_CRAM_MD5, NONE, B("tim b913a602c7eda7a495b4e6e7334d3890"), NONE, SASL_OK},
    {SASL_CRAM_MD5, NONE, B("tim b913a602c7eda7a495b4e6e7334d3891"), NONE, SASL_REFUSED},
    {SASL_CRAM_MD5, NONE, B("tom b913a602c7eda7a495b4e6e7334d3890"), NONE, SASL_REFUSED},
    {SASL_CRAM_MD5, NONE, B("tim B913A602C7EDA7A495B4E6E7334D3890"), NONE, SASL_MALFORMED},
    {SASL_CRAM_MD5, NONE, B("timb913a602c7eda7a495b4e6e7334d3890"), NONE, SASL_MALFORMED},
    {SASL_CRAM_MD5, NONE, B("tim b913a602c7eda7a495b4e6e7334d389"), NONE, SASL_MALFORMED},
    {SASL_CRAM_MD5, NONE, B("tim"), NONE, SASL_MALFORMED},
    {SASL_XOAUTH2, B("user=alice\1auth=Bearer secret\1\1"), NONE, NONE, SASL_OK},
    {SASL_XOAUTH2, NONE, B("user=alice\1auth=bearer secret\1\1"), NONE, SASL_OK},
    {SASL_XOAUTH2, B("user=alice\1auth=Bearer wrong\1\1"), NONE, NONE, SASL_CONTINUE},
    {SASL_XOAUTH2, B("user=alice\1auth=Bearer wrong\1\1"), B(""), NONE, SASL_REFUSED},
    {SASL_XOAUTH2, B("user=alice\1auth=Bearer secret\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_XOAUTH2, B("user=alice\1auth=Bearer secret\1\1x"), NONE, NONE, SASL_MALFORMED},
    {SASL_XOAUTH2, B("auth=Bearer secret\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_XOAUTH2, B("user=\1auth=Bearer secret\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,a=alice,\1host=h\1port=587\1auth=Bearer secret\1\1"), NONE, NONE, SASL_OK},
    {SASL_OAUTHBEARER, B("y,a=alice,\1auth=bearer secret\1\1"), NONE, NONE, SASL_OK},
    {SASL_OAUTHBEARER, NONE, B("n,a=alice,\1auth=Bearer secret\1\1"), NONE, SASL_OK},
    {SASL_OAUTHBEARER, B("n,a=alice,\1auth=Bearer wrong\1\1"), NONE, NONE, SASL_CONTINUE},
    {SASL_OAUTHBEARER, B("n,a=alice,\1auth=Basic secret\1\1"), NONE, NONE, SASL_CONTINUE},
    {SASL_OAUTHBEARER, B("n,a=alice,\1\1"), NONE, NONE, SASL_CONTINUE},
    {SASL_OAUTHBEARER, B("n,,\1auth=Bearer secret\1\1"), NONE, NONE, SASL_CONTINUE},
    {SASL_OAUTHBEARER, B("n,a=alice,\1auth=Bearer wrong\1\1"), B("\1"), NONE, SASL_REFUSED},
    {SASL_OAUTHBEARER, B("p=tls-unique,a=alice,\1auth=Bearer secret\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,a=,\1auth=Bearer secret\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,alice,\1auth=Bearer secret\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,a=alice\1auth=Bearer secret\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,a=alice,\1auth=Bearer secret\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,a=alice,\1auth=Bearer secret\1\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,a=alice,\1=x\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,a=alice,\1k3=x\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,a=alice,\1auth\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B("n,a=alice,\1auth=\x7f\1\1"), NONE, NONE, SASL_MALFORMED},
    {SASL_OAUTHBEARER, B(""), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=alice,r=abc"), NONE, NONE, SASL_CONTINUE},
    {SASL_SCRAM_SHA_256, B("y,a=alice,n=alice,r=abc"), NONE, NONE, SASL_CONTINUE},
    {SASL_SCRAM_SHA_256, B("n,,n=nobody,r=abc"), NONE, NONE, SASL_CONTINUE},
    {SASL_SCRAM_SHA_256, B("n,,n=alice,r=abc,x=y,z=1"), NONE, NONE, SASL_CONTINUE},
    {SASL_SCRAM_SHA_256, B("n,a=a=2Cb=3Dc,n=a=2Cb=3Dc,r=abc"), NONE, NONE, SASL_CONTINUE},
    {SASL_SCRAM_SHA_256, B("n,a=bob,n=alice,r=abc"), NONE, NONE, SASL_REFUSED},
    {SASL_SCRAM_SHA_256, B("p=tls-unique,,n=alice,r=abc"), NONE, NONE, SASL_REFUSED},
    {SASL_SCRAM_SHA_256, B("n,,m=x,n=alice,r=abc"), NONE, NONE, SASL_REFUSED},
    {SASL_SCRAM_SHA_256, B("p=,,n=alice,r=abc"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("N,,n=alice,r=abc"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,alice,n=alice,r=abc"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,a=,n=alice,r=abc"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=,r=abc"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=a=2db,r=abc"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=a=2cb,r=abc"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=alice"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=alice,r="), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=alice,r=a b"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=alice,r=abc,"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=alice,r=abc,1=x"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,r=abc,n=alice"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n"), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B(""), NONE, NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=alice,r=abc"), B("c=biws,r=abcNONCE"), NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=alice,r=abc"), B("c=biws,r=abcNONCE,p=AAAA"), NONE, SASL_MALFORMED},
    {SASL_SCRAM_SHA_256, B("n,,n=alice,r=abc"), B(""), NONE, SASL_MALFORMED},
};

Test(sasl, exchanges)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        const struct bytes messages[] = {r->first, r->second, r->third};
        struct sasl_server *s = server(r->mechanism, "postoffice.reston.mci.net", "1896.697170952");
        struct buffer challenge = {0};
        enum sasl_status status = SASL_CONTINUE;
        for (size_t k = 0; k < 3 && (k == 0 || messages[k].data); k++) {
            cr_expect_eq(status, SASL_CONTINUE, "row %zu: ended before message %zu", i, k);
            buffer_clear(&challenge);
            status = sasl_server_step(s, messages[k].data != NULL, messages[k], &challenge);
        }
        cr_expect_eq(status, r->status, "row %zu (%s): status %d", i, sasl_name(r->mechanism), status);
        cr_expect_eq(sasl_server_user(s).len > 0, status == SASL_OK, "row %zu: the user", i);
        buffer_free(&challenge);
        sasl_server_free(s);
    }
}

/* The challenges as they go out. */
Test(sasl, challenges)
{
    static const struct {
        enum sasl_mechanism mechanism;
        struct bytes first; /* NONE: no initial response */
        const char *challenge;
    } table[] = {
        {SASL_PLAIN, NONE, ""},
        {SASL_LOGIN, NONE, "Username:"},
        {SASL_LOGIN, B("alice"), "Password:"},
        {SASL_CRAM_MD5, NONE, "<123@mail.test>"},
        {SASL_SCRAM_SHA_256, NONE, ""},
        {SASL_XOAUTH2, NONE, ""},
        {SASL_XOAUTH2, B("user=alice\1auth=Bearer x\1\1"),
         "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}"},
        {SASL_OAUTHBEARER, B("n,a=alice,\1auth=Bearer x\1\1"),
         "{\"status\":\"invalid_token\",\"schemes\":\"bearer\",\"scope\":\"mail\"}"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct sasl_server *s = server(table[i].mechanism, "mail.test", "123");
        struct buffer challenge = {0};
        cr_expect_eq(sasl_server_step(s, table[i].first.data != NULL, table[i].first, &challenge), SASL_CONTINUE);
        cr_expect_str_eq(buffer_string(&challenge), table[i].challenge, "row %zu", i);
        buffer_free(&challenge);
        sasl_server_free(s);
    }
}

Test(sasl, names)
{
    enum sasl_mechanism m;
    for (unsigned i = 0; i < SASL_MECHANISM_COUNT; i++) {
        cr_assert(sasl_find(bytes_string(sasl_name((enum sasl_mechanism)i)), &m));
        cr_expect_eq(m, i);
    }
    cr_expect(sasl_find(BYTES("scram-sha-256"), &m) && m == SASL_SCRAM_SHA_256);
    cr_expect_not(sasl_find(BYTES("SCRAM-SHA-256-PLUS"), &m));
    cr_expect(sasl_client_first(SASL_PLAIN));
    cr_expect_not(sasl_client_first(SASL_CRAM_MD5));
}

/* A SCRAM client of a few lines. `spoil` breaks one thing in the last message. */
enum spoil { SPOIL_NOTHING, SPOIL_PASSWORD, SPOIL_NONCE, SPOIL_BINDING, SPOIL_PROOF, SPOIL_LAST };

static void hmac256(const void *key, size_t len, struct bytes text, unsigned char *out)
{
    unsigned n = 0;
    HMAC(EVP_sha256(), key, (int)len, text.data, text.len, out, &n);
}

static void client_final(struct buffer *out, const char *bare, const char *server_first, enum spoil spoil)
{
    char nonce[100], salt64[100];
    int iterations = 0;
    unsigned char salted[32], key[32], stored[32], signature[32];
    cr_assert_eq(sscanf(server_first, "r=%99[^,],s=%99[^,],i=%d", nonce, salt64, &iterations), 3);
    struct buffer salt = {0}, message = {0};
    cr_assert(base64_decode(&salt, bytes_string(salt64)));
    const char *password = spoil == SPOIL_PASSWORD ? "wrong" : "secret";
    PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt.data, (int)salt.len, iterations, EVP_sha256(), 32, salted);
    hmac256(salted, 32, BYTES("Client Key"), key);
    SHA256(key, 32, stored);
    buffer_printf(out, "c=%s,r=%s%s", spoil == SPOIL_BINDING ? "eSws" : "biws", nonce, spoil == SPOIL_NONCE ? "x" : "");
    buffer_printf(&message, "%s,%s,%s", bare, server_first, buffer_string(out));
    hmac256(stored, 32, buffer_bytes(&message), signature);
    for (int i = 0; i < 32; i++)
        key[i] ^= signature[i];
    if (spoil == SPOIL_PROOF)
        key[31] ^= 1;
    buffer_add_string(out, ",p=");
    base64_encode(out, bytes_of(key, 32));
    buffer_free(&salt);
    buffer_free(&message);
}

static enum sasl_status scram(enum spoil spoil, const char *user, struct bytes last)
{
    struct sasl_server *s = server(SASL_SCRAM_SHA_256, NULL, "NONCE");
    struct buffer first = {0}, challenge = {0}, answer = {0};
    buffer_printf(&first, "n,,n=%s,r=abc", user);
    cr_assert_eq(sasl_server_step(s, true, buffer_bytes(&first), &challenge), SASL_CONTINUE);
    cr_expect(bytes_starts(buffer_bytes(&challenge), BYTES("r=abcNONCE,s=")));
    client_final(&answer, buffer_string(&first) + 3, buffer_string(&challenge), spoil);
    buffer_clear(&challenge);
    enum sasl_status status = sasl_server_step(s, true, buffer_bytes(&answer), &challenge);
    if (status == SASL_CONTINUE) {
        cr_expect(bytes_starts(buffer_bytes(&challenge), BYTES("v=")));
        status = sasl_server_step(s, true, last, &challenge);
    }
    cr_expect(status != SASL_OK || bytes_equal(sasl_server_user(s), bytes_string(user)));
    buffer_free(&first);
    buffer_free(&challenge);
    buffer_free(&answer);
    sasl_server_free(s);
    return status;
}

Test(sasl, scram)
{
    cr_expect_eq(scram(SPOIL_NOTHING, "alice", BYTES("")), SASL_OK);
    cr_expect_eq(scram(SPOIL_NOTHING, "alice", BYTES("x")), SASL_MALFORMED);
    for (enum spoil spoil = SPOIL_PASSWORD; spoil < SPOIL_LAST; spoil++)
        cr_expect_eq(scram(spoil, "alice", BYTES("")), SASL_REFUSED, "spoil %d", spoil);
    /* The same password does not help a user who does not exist. */
    cr_expect_eq(scram(SPOIL_NOTHING, "nobody", BYTES("")), SASL_REFUSED);
}
