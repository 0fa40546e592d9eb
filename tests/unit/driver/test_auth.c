#include "auth.h"

#include "base/base64.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(auth, a_wrong_answer_is_wrong_in_the_wanted_way)
{
    const struct {
        enum auth_error error;
        const char *mechanism;
        struct bytes message;
        const char *line; /* NULL: must not be base64 */
        struct bytes decoded;
    } all[] = {
        {AUTH_CANCEL, "PLAIN", BYTES("\0alice\0secret"), "*", {0}},
        {AUTH_EMPTY, "PLAIN", BYTES("\0alice\0secret"), "", {0}},
        {AUTH_BAD_BASE64, "PLAIN", BYTES("\0alice\0secret"), NULL, {0}},
        {AUTH_BAD_PADDING, "PLAIN", BYTES("\0alice\0secret"), NULL, {0}},
        {AUTH_TRUNCATED, "PLAIN", BYTES("\0alice\0secret"), "", BYTES("\0al")},
        {AUTH_TRUNCATED, "CRAM-MD5", BYTES("alice 1234"), "", BYTES("alice")},
        {AUTH_EXTRA_FIELD, "PLAIN", BYTES("\0alice\0secret"), "", BYTES("\0alice\0secret\0extra")},
        {AUTH_EXTRA_FIELD, "SCRAM-SHA-256", BYTES("c=biws,r=ab,p=cd"), "", BYTES("c=biws,r=ab,p=cd,x=y")},
        {AUTH_WRONG_NONCE, "SCRAM-SHA-256", BYTES("c=biws,r=ab,p=cd"), "", BYTES("c=biws,r=xb,p=cd")},
        {AUTH_NO_ERROR, "PLAIN", BYTES("\0alice\0secret"), "AGFsaWNlAHNlY3JldA==", {0}},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct buffer line = {0}, decoded = {0};
        auth_wrong_answer(all[i].error, all[i].mechanism, all[i].message, &line);
        bool valid = base64_decode(&decoded, buffer_bytes(&line));
        if (!all[i].line)
            cr_expect_not(valid, "%zu: %s", i, buffer_string(&line));
        else if (all[i].decoded.data)
            cr_expect(valid && bytes_equal(buffer_bytes(&decoded), all[i].decoded), "%zu: %s", i, buffer_string(&line));
        else
            cr_expect_str_eq(buffer_string(&line), all[i].line);
        buffer_free(&line);
        buffer_free(&decoded);
    }
}

Test(auth, an_oversized_answer_is_beyond_what_must_be_taken)
{
    struct buffer line = {0};
    auth_wrong_answer(AUTH_OVERSIZED, "PLAIN", BYTES("x"), &line);
    cr_expect_gt(line.len, 12288);
    buffer_free(&line);
}

Test(auth, clients_say_what_their_mechanism_says)
{
    const struct {
        const char *mechanism;
        struct bytes challenge, message;
    } all[] = {
        {"PLAIN", {0}, BYTES("\0alice\0secret")},
        {"LOGIN", BYTES("User Name"), BYTES("alice")},
        {"XOAUTH2", {0}, BYTES("user=alice\001auth=Bearer secret\001\001")},
        {"OAUTHBEARER", {0}, BYTES("n,a=alice,\001auth=Bearer secret\001\001")},
    };
    const struct auth_order o = {.user = BYTES("alice"), .password = BYTES("secret")};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char why[160] = "";
        struct buffer message = {0};
        struct auth_client *a = auth_client_new(all[i].mechanism, &o, "localhost", why, sizeof why);
        cr_assert_not_null(a, "%s", why);
        cr_expect(auth_client_step(a, all[i].challenge, &message, why, sizeof why), "%s", why);
        cr_expect(bytes_equal(buffer_bytes(&message), all[i].message), "%s", all[i].mechanism);
        buffer_free(&message);
        auth_client_free(a);
    }
}

Test(auth, an_unknown_mechanism_is_said)
{
    char why[160] = "";
    const struct auth_order o = {.user = BYTES("alice")};
    cr_expect_null(auth_client_new("NO-SUCH", &o, NULL, why, sizeof why));
    cr_expect(strstr(why, "NO-SUCH"));
}

/* PBKDF2 takes as long as the server wants: what no honest one asks for is not done. */
Test(auth, too_many_iterations_are_refused)
{
    static const char *const wanted[] = {"10000001", "4294967297", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        char why[160] = "", nonce[128], challenge[256];
        struct auth_order o = {.user = BYTES("alice"), .password = BYTES("secret")};
        struct buffer first = {0}, final = {0};
        struct auth_client *c = auth_client_new("SCRAM-SHA-256", &o, NULL, why, sizeof why);
        cr_assert(c && auth_client_step(c, (struct bytes){0}, &first, why, sizeof why), "%s", why);
        const char *r = strstr(buffer_string(&first), "r=");
        cr_assert_not_null(r);
        snprintf(nonce, sizeof nonce, "%s", r);
        snprintf(challenge, sizeof challenge, "%sserver,s=QSXCR+Q6sek8bf92,i=%s", nonce, wanted[i]);
        cr_expect_not(auth_client_step(c, bytes_string(challenge), &final, why, sizeof why));
        cr_expect(strstr(why, wanted[i]), "%s", why);
        buffer_free(&first);
        buffer_free(&final);
        auth_client_free(c);
    }
}
