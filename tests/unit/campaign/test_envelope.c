/* What a session is promised about mailboxes. */
#include "envelope.h"

#include "driver/dialog.h"

#include <criterion/criterion.h>

static struct target *target_make(void)
{
    struct error e = {0};
    struct target *t = target_new();
    cr_assert_not_null(t);
    cr_assert(target_add_mailbox(t, "alice@example.test=maildir:/nowhere/alice", &e), "%s", e.text);
    cr_assert(target_add_mailbox(t, "bob@example.test=maildir:/nowhere/bob", &e), "%s", e.text);
    t->domain = "example.test";
    return t;
}

/* "MAIL FROM:<> 250" and so on; "." is the end of data. */
static void play(struct envelope *e, const char *const *lines)
{
    for (; *lines; lines++) {
        struct bytes all = bytes_string(*lines), line = bytes_slice(all, 0, all.len - 4);
        uint64_t code = 0;
        cr_assert(bytes_to_number(bytes_from(all, all.len - 3), &code));
        int asked = bytes_equal(line, BYTES(".")) ? ASKED_END_OF_DATA : (int)verb_find(bytes_slice(line, 0, 4));
        envelope_told(e, asked, line);
        envelope_answered(e, asked, (int)code);
    }
}

enum { LINES = 10 };
static const struct {
    const char *what, *lines[LINES];
    unsigned least, most; /* of alice */
    bool refused, loose, lmtp;
} rows[] = {
    {"acknowledged", {"MAIL FROM:<> 250", "RCPT TO:<alice@example.test> 250", "DATA 354", ". 250"}, 1, 1, 0, 0, 0},
    {"any case", {"MAIL FROM:<> 250", "RCPT TO:<Alice@EXAMPLE.test> 250", "DATA 354", ". 250"}, 1, 1, 0, 0, 0},
    {"message refused", {"MAIL FROM:<> 250", "RCPT TO:<alice@example.test> 250", "DATA 354", ". 554"}, 0, 0, 0, 0, 0},
    {"twice in one transaction",
     {"MAIL FROM:<> 250", "RCPT TO:<alice@example.test> 250", "RCPT TO:<alice@example.test> 250", "DATA 354", ". 250"},
     1,
     2,
     0,
     0,
     0},
    {"refused, another one taken",
     {"MAIL FROM:<> 250", "RCPT TO:<alice@example.test> X 555", "RCPT TO:<bob@example.test> 250", "DATA 354", ". 250"},
     0,
     0,
     1,
     0,
     0},
    {"reset", {"MAIL FROM:<> 250", "RCPT TO:<alice@example.test> 250", "RSET 250", ". 250"}, 0, 0, 0, 0, 0},
    {"MAIL refused keeps the transaction",
     {"MAIL FROM:<> 250", "RCPT TO:<alice@example.test> 250", "MAIL FROM:<> 503", "DATA 354", ". 250"},
     1,
     1,
     0,
     0,
     0},
    {"another spelling may be alice too",
     {"MAIL FROM:<> 250", "RCPT TO:<\"alice\"@example.test> 250", "DATA 354", ". 250"},
     0,
     0,
     0,
     1,
     0},
    {"elsewhere is nobody here",
     {"MAIL FROM:<> 250", "RCPT TO:<alice@elsewhere.test> 250", "DATA 354", ". 250"},
     0,
     0,
     0,
     0,
     0},
    {"notifications may come to a sender that is a mailbox",
     {"MAIL FROM:<alice@example.test> 250", "RCPT TO:<bob@example.test> 250", "DATA 354", ". 250"},
     0,
     0,
     0,
     1,
     0},
    {"LMTP answers for each recipient",
     {"MAIL FROM:<> 250", "RCPT TO:<alice@example.test> 250", "RCPT TO:<bob@example.test> 250", "DATA 354", ". 452",
      ". 250"},
     0,
     0,
     0,
     0,
     1},
};

Test(envelope, promises)
{
    struct target *t = target_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct envelope e;
        struct promises out;
        t->endpoint.lmtp = rows[i].lmtp;
        envelope_begin(&e, t, &out);
        play(&e, rows[i].lines);
        cr_expect_eq(out.of[0].least, rows[i].least, "%s: at least %u", rows[i].what, out.of[0].least);
        cr_expect_eq(out.of[0].most, rows[i].most, "%s: at most %u", rows[i].what, out.of[0].most);
        cr_expect_eq(out.of[0].refused, rows[i].refused, "%s: refused", rows[i].what);
        cr_expect_eq(out.loose, rows[i].loose, "%s: loose", rows[i].what);
        cr_expect_not(out.uncertain, "%s: uncertain", rows[i].what);
        envelope_free(&e);
    }
    target_free(t);
}

/* A line whose length no two octets hold: nothing behind it is taken for another. */
Test(envelope, a_line_that_is_too_long)
{
    struct target *t = target_make();
    struct promises p;
    struct envelope e;
    struct buffer line = {0};
    buffer_add_string(&line, "RCPT TO:<");
    while (line.len < 70000)
        buffer_add_octet(&line, 'a');
    envelope_begin(&e, t, &p);
    cr_expect_not(p.uncertain);
    envelope_told(&e, VERB_MAIL, BYTES("MAIL FROM:<>"));
    envelope_told(&e, VERB_RCPT, buffer_bytes(&line));
    envelope_told(&e, VERB_RCPT, BYTES("RCPT TO:<bob@example.test>"));
    envelope_answered(&e, VERB_MAIL, 250);
    envelope_answered(&e, VERB_RCPT, 500);
    envelope_answered(&e, VERB_RCPT, 250);
    cr_expect(p.uncertain);
    cr_expect(p.of[1].named);
    cr_expect_not(p.of[1].refused);
    cr_expect_eq(e.waiting.len, 0);
    envelope_free(&e);
    buffer_free(&line);
    target_free(t);
}

Test(envelope, a_message_that_seems_to_go_in_a_loop_may_come_back)
{
    static const char *const fields[] = {"Delivered-To: bob@example.test\r\n", "RECEIVED: by x\r\n", "Subject: a\r\n"};
    struct target *t = target_make();
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct promises p;
        struct envelope e;
        envelope_begin(&e, t, &p);
        envelope_told(&e, VERB_MAIL, BYTES("MAIL FROM:<>"));
        envelope_told(&e, VERB_RCPT, BYTES("RCPT TO:<bob@example.test>"));
        envelope_answered(&e, VERB_MAIL, 250);
        envelope_answered(&e, VERB_RCPT, 250);
        envelope_sent(&e, bytes_string(fields[i]));
        envelope_answered(&e, ASKED_END_OF_DATA, 250);
        cr_expect_eq(p.of[1].most, 1, "%s", fields[i]);
        cr_expect_eq(p.of[1].least, i == 2 ? 1 : 0, "%s", fields[i]);
        envelope_free(&e);
    }
    target_free(t);
}
