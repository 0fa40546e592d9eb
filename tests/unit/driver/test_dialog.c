#include "driver/dialog.h"

#include <criterion/criterion.h>
#include <string.h>

/* "C:" sent, "S:" a reply's octets; then what has to hold. */
struct talk {
    const char *name;
    const char *lines[12];
    bool lmtp;
    bool certain, payload;
    size_t owed;
    int asked; /* by the last reply */
};

static int play(struct dialog *d, const struct talk *t)
{
    int asked = -1;
    dialog_begin(d, t->lmtp);
    for (size_t i = 0; i < 12 && t->lines[i]; i++) {
        struct bytes octets = bytes_string(t->lines[i] + 2);
        struct reply reply;
        if (t->lines[i][0] == 'C') {
            dialog_sent(d, octets);
            continue;
        }
        reply_parse(octets, &reply);
        asked = dialog_reply(d, &reply);
    }
    return asked;
}

Test(dialog, follows_what_is_owed)
{
    const struct talk talks[] = {
        {"greeting", {NULL}, false, true, false, 1, -1},
        {"greeted", {"S:220 a\r\n"}, false, true, false, 0, ASKED_GREETING},
        {"a command", {"S:220 a\r\n", "C:NOOP\r\n"}, false, true, false, 1, ASKED_GREETING},
        {"half a line", {"S:220 a\r\n", "C:NOO"}, false, true, true, 0, ASKED_GREETING},
        {"asked by nothing", {"S:220 a\r\n", "S:250 b\r\n"}, false, true, false, 0, ASKED_NOTHING},
        {"EHLO", {"S:220 a\r\n", "C:ehlo b\r\n", "S:250 c\r\n"}, false, true, false, 0, VERB_EHLO},
        {"pipelined",
         {"S:220 a\r\n", "C:MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n", "S:250 c\r\n"},
         false,
         true,
         false,
         1,
         VERB_MAIL},
        {"payload", {"S:220 a\r\n", "C:DATA\r\n", "S:354 b\r\n", "C:x\r\n"}, false, true, true, 0, VERB_DATA},
        {"DATA refused", {"S:220 a\r\n", "C:DATA\r\n", "S:503 b\r\n"}, false, true, false, 0, VERB_DATA},
        {"message",
         {"S:220 a\r\n", "C:DATA\r\n", "S:354 b\r\n", "C:x\r\n..y\r\n.\r\n", "S:250 c\r\n"},
         false,
         true,
         false,
         0,
         ASKED_END_OF_DATA},
        {"empty message", {"S:220 a\r\n", "C:DATA\r\n", "S:354 b\r\n", "C:.\r\n"}, false, true, false, 1, VERB_DATA},
        {"bare LF in a message",
         {"S:220 a\r\n", "C:DATA\r\n", "S:354 b\r\n", "C:x\n.\r\n"},
         false,
         false,
         true,
         0,
         VERB_DATA},
        {"bare CR ends nothing", {"S:220 a\r\n", "C:NOOP\rNOOP\r\n"}, false, false, false, 2, ASKED_GREETING},
        {"message sent behind DATA",
         {"S:220 a\r\n", "C:DATA\r\nx\r\n.\r\n", "S:354 b\r\n"},
         false,
         false,
         false,
         2,
         VERB_DATA},
        {"chunk", {"S:220 a\r\n", "C:BDAT 3\r\nabc", "S:250 b\r\n"}, false, true, false, 0, VERB_BDAT},
        {"half a chunk", {"S:220 a\r\n", "C:BDAT 3\r\nab"}, false, true, true, 1, ASKED_GREETING},
        {"last chunk", {"S:220 a\r\n", "C:BDAT 0 last\r\n", "S:250 b\r\n"}, false, true, false, 0, ASKED_LAST_CHUNK},
        {"chunk without a size", {"S:220 a\r\n", "C:BDAT x\r\n"}, false, false, false, 1, ASKED_GREETING},
        {"blanks behind a chunk's size", {"S:220 a\r\n", "C:BDAT 2 \t\r\nab"}, false, true, false, 1, ASKED_GREETING},
        {"something behind LAST", {"S:220 a\r\n", "C:BDAT 2 LAST L\r\n"}, false, false, true, 1, ASKED_GREETING},
        {"something that is not LAST", {"S:220 a\r\n", "C:BDAT 2 LAS\r\n"}, false, false, true, 1, ASKED_GREETING},
        {"two blanks before a chunk's size",
         {"S:220 a\r\n", "C:BDAT  2\r\nab"},
         false,
         false,
         false,
         1,
         ASKED_GREETING},
        {"a blank before a verb", {"S:220 a\r\n", "C: BDAT 2 LAST\r\n"}, false, false, false, 1, ASKED_GREETING},
        {"a vertical tab before a verb",
         {"S:220 a\r\n", "C:\vMAIL FROM:<>\r\n"},
         false,
         false,
         false,
         1,
         ASKED_GREETING},
        {"a tab before LAST", {"S:220 a\r\n", "C:BDAT 2\tLAST\r\n"}, false, false, false, 1, ASKED_GREETING},
        {"SASL", {"S:220 a\r\n", "C:AUTH LOGIN\r\n", "S:334 \r\n"}, false, true, true, 0, VERB_AUTH},
        {"SASL answer",
         {"S:220 a\r\n", "C:AUTH LOGIN\r\n", "S:334 \r\n", "C:QUIT\r\n", "S:535 b\r\n"},
         false,
         true,
         false,
         0,
         ASKED_SASL},
        {"LMTP, two recipients, one reply",
         {"S:220 a\r\n", "C:RCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\n", "S:250 x\r\n", "S:250 y\r\n", "C:DATA\r\n",
          "S:354 z\r\n", "C:.\r\n", "S:250 u\r\n"},
         true,
         true,
         false,
         1,
         ASKED_END_OF_DATA},
        {"LMTP, two recipients, both replies",
         {"S:220 a\r\n", "C:RCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\n", "S:250 x\r\n", "S:250 y\r\n", "C:DATA\r\n",
          "S:354 z\r\n", "C:.\r\n", "S:250 u\r\n", "S:450 v\r\n"},
         true,
         true,
         false,
         0,
         ASKED_END_OF_DATA},
        {"LMTP, pipelined chunk",
         {"S:220 a\r\n", "C:RCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 1 LAST\r\nx", "S:250 x\r\n", "S:550 y\r\n",
          "S:250 u\r\n"},
         true,
         true,
         false,
         0,
         ASKED_LAST_CHUNK},
    };
    for (size_t i = 0; i < sizeof talks / sizeof *talks; i++) {
        const struct talk *t = &talks[i];
        struct dialog d = {0};
        int asked = play(&d, t);
        cr_expect_eq(asked, t->asked, "%s: asked by %d, expected %d", t->name, asked, t->asked);
        cr_expect_eq(d.certain, t->certain, "%s: certain", t->name);
        cr_expect_eq(dialog_payload_owed(&d), t->payload, "%s: payload", t->name);
        cr_expect_eq(dialog_owed(&d), t->owed, "%s: owed %zu, expected %zu", t->name, dialog_owed(&d), t->owed);
        dialog_free(&d);
    }
}

Test(dialog, any_cutting_of_what_is_sent_gives_the_same)
{
    const char *all = "MAIL FROM:<a@b> SMTPUTF8\r\nBDAT 5\r\nabc\r\nNOOP\r\nBDAT 2 LAST\r\nxyNOOP\r\n";
    for (size_t step = 1; step < strlen(all); step++) {
        struct dialog d = {0};
        dialog_begin(&d, false);
        for (size_t at = 0; at < strlen(all); at += step)
            dialog_sent(&d, bytes_slice(bytes_string(all), at, step));
        cr_expect_eq(dialog_owed(&d), 6, "in pieces of %zu", step);
        cr_expect(d.certain && d.utf8 && !dialog_payload_owed(&d));
        dialog_free(&d);
    }
}

Test(dialog, tls_begins_anew_without_a_greeting)
{
    struct dialog d = {0};
    dialog_begin(&d, false);
    dialog_sent(&d, BYTES("STARTTLS\r\n"));
    dialog_tls(&d);
    cr_expect_eq(dialog_owed(&d), 0);
    dialog_free(&d);
}

Test(dialog, silence_forgives_commands_but_not_payload)
{
    struct dialog d = {0};
    dialog_begin(&d, false);
    dialog_sent(&d, BYTES("BDAT 3\r\na"));
    dialog_forgive(&d);
    cr_expect_eq(dialog_owed(&d), 2);
    dialog_sent(&d, BYTES("bc"));
    dialog_forgive(&d);
    cr_expect_eq(dialog_owed(&d), 0);
    cr_expect_not(d.certain);
    dialog_free(&d);
}

/* Whatever pieces it is sent in, a text means the same. */
Test(dialog, takes_octets_one_by_one_as_together)
{
    static const char *const texts[] = {
        "MAIL FROM:<a@b>\r\nRCPT TO:<c@d> \r\nNOOP",
        "NOOP\nRSET\r\r\nQUIT\rVRFY a\r\n",
        "MAIL FROM:<a@b> smtputf8\r\n",
        "NOOP\tx\r\n N\r\n\r\n",
        "DATA\r\n.a\r\nb\r\n.\r\nNOOP\r\n",
        "DATA\r\n.\n.\r\nNOOP\r\n",
        "BDAT 6\r\nNOOP\r\nBDAT 3 LAST\r\na\r\nNOOP\r\n",
        "BDAT x\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int in_data = 0; in_data < 2; in_data++) {
            struct dialog together = {0}, apart = {0};
            struct bytes text = bytes_string(texts[i]);
            dialog_begin(&together, false);
            dialog_begin(&apart, false);
            together.data = apart.data = in_data;
            dialog_sent(&together, text);
            for (size_t at = 0; at < text.len; at++)
                dialog_sent(&apart, bytes_slice(text, at, 1));
            cr_expect(bytes_equal(buffer_bytes(&together.owed), buffer_bytes(&apart.owed)), "%s", texts[i]);
            cr_expect_eq(together.certain, apart.certain, "%s", texts[i]);
            cr_expect_eq(together.utf8, apart.utf8, "%s", texts[i]);
            cr_expect_eq(together.line_len, apart.line_len, "%s", texts[i]);
            cr_expect_eq(dialog_payload_owed(&together), dialog_payload_owed(&apart), "%s", texts[i]);
            dialog_free(&together);
            dialog_free(&apart);
        }
}
