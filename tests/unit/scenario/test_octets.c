/* What a step sends, put together from its parts. */
#include "sample.h"

static bool find_value(void *context, struct bytes name, struct bytes *value)
{
    static const struct {
        const char *name, *value;
    } known[] = {{"sender", "carol@client.test"},
                 {"recipient", "alice@example.test"},
                 {"size", "1000"},
                 {"recipient.0", "a@b"},
                 {"recipient.1", "c@d"},
                 {"nonce", "n1"}};
    size_t most = *(size_t *)context;
    for (size_t i = 0; i < COUNT(known); i++)
        if (bytes_equal(name, bytes_string(known[i].name)) && (i < 3 || i >= 5 || i - 3 < most)) {
            *value = bytes_string(known[i].value);
            return true;
        }
    return false;
}

struct row {
    const char *octets; /* as in the file */
    const char *sent;   /* NULL: an error */
    size_t len;         /* 0: the length of `sent` */
    const char *error;
};

static const struct row rows[] = {
    {"NOOP", "NOOP"},
    {"\"a\\r\\nb\"", "a\r\nb"},
    {"\"a\\0b\"", "a\0b", 3},
    {"\"\\x80\"", "\xc2\x80"},
    {"[a, b, \"\"]", "ab"},
    {"[]", ""},
    {"\"<${sender}>\"", "<carol@client.test>"},
    {"\"${size+1} ${size-1} ${size*2} ${size}\"", "1001 999 2000 1000"},
    {"\"$${sender} $ $$ ${nonce}\"", "${sender} $ $$ n1"},
    {"[{repeat: ab, times: 3}]", "ababab"},
    {"[{repeat: [a, {hex: \"0 0ff\"}], times: 2}]",
     "a\x00\xff"
     "a\x00\xff",
     6},
    {"[{repeat: a, times: 0}, b]", "b"},
    {"[{repeat: a, times: \"${size-995}\"}]", "aaaaa"},
    {"[{base64: [\"\\0carol\", {hex: 00}, x]}]", "AGNhcm9sAHg="},
    {"[{hex: 0D0a}]", "\r\n"},
    {"[{recipients: 3}]", "RCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<a@b>"},
    {"[{recipients: 0}]", ""},
    {"\"${unknown}\"", NULL, 0, "expected a value for ${unknown}, found none"},
    {"\"${nonce+1}\"", NULL, 0, "expected a whole number in ${nonce} to calculate with"},
    {"\"${size*9223372036854775807}\"", NULL, 0, "expected a number below 2^63, found 1000 * 9223372036854775807"},
    {"[{repeat: [{repeat: a, times: 100000}], times: 100000}]", NULL, 0,
     "expected at most 268435456 octets in one step, found more"},
    {"[{repeat: a, times: \"${nonce}\"}]", NULL, 0, "expected a whole number, found \"n1\""},
    {"[{repeat: a, times: \"${size-1001}\"}]", NULL, 0, "expected a number from 0 to 268435456, found -1"},
};

static const struct octets *the_octets(const char *text, struct library **l)
{
    char steps[600];
    snprintf(steps, sizeof steps, "  steps:\n  - raw: %s\n", text);
    *l = sample_scenario(steps);
    return &sample_one(*l)->steps.items[0].octets;
}

Test(octets, are_put_together)
{
    size_t recipients = 2;
    struct prng prng;
    prng_seed(&prng, 1);
    const struct variables v = {.find = find_value, .context = &recipients, .prng = &prng};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct library *l;
        struct buffer out = {0};
        struct error e = {0};
        const struct octets *o = the_octets(rows[i].octets, &l);
        bool good = octets_expand(o, &v, &out, &e);
        cr_expect_eq(good, rows[i].sent != NULL, "%s: %s", rows[i].octets, e.text);
        if (rows[i].sent)
            cr_expect(bytes_equal(buffer_bytes(&out),
                                  bytes_of(rows[i].sent, rows[i].len ? rows[i].len : strlen(rows[i].sent))),
                      "%s: %s", rows[i].octets, buffer_string(&out));
        else
            cr_expect_str_eq(e.text, rows[i].error);
        buffer_free(&out);
        library_free(l);
    }
}

Test(octets, recipients_fall_back_to_the_one_that_is_known)
{
    size_t recipients = 0;
    const struct variables v = {.find = find_value, .context = &recipients};
    struct library *l;
    struct buffer out = {0};
    cr_assert(octets_expand(the_octets("[{recipients: 2}]", &l), &v, &out, NULL));
    cr_expect_str_eq(buffer_string(&out), "RCPT TO:<alice@example.test>\r\nRCPT TO:<alice@example.test>");
    buffer_free(&out);
    library_free(l);
}

Test(octets, random_ones_come_from_the_seed)
{
    struct library *l;
    struct buffer out[3] = {{0}, {0}, {0}};
    const uint64_t seeds[3] = {1, 1, 2};
    const struct octets *o = the_octets("[{random: 100}]", &l);
    for (size_t i = 0; i < 3; i++) {
        struct prng prng;
        prng_seed(&prng, seeds[i]);
        const struct variables v = {.find = find_value, .prng = &prng};
        cr_assert(octets_expand(o, &v, &out[i], NULL));
        cr_expect_eq(out[i].len, 100);
        for (size_t k = 0; k < out[i].len; k++)
            cr_expect(octet_is_alnum(out[i].data[k]));
    }
    cr_expect(bytes_equal(buffer_bytes(&out[0]), buffer_bytes(&out[1])));
    cr_expect_not(bytes_equal(buffer_bytes(&out[0]), buffer_bytes(&out[2])));
    for (size_t i = 0; i < 3; i++)
        buffer_free(&out[i]);
    library_free(l);
}
