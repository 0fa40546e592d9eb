/* The text of scripts: nothing is lost either way, parts are what they are, acts follow the marks. */
#include "base/prng.h"
#include "mutate/script.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *const kinds[] = {"command", "message", "chunk", "answer", "raw", "mark"};

/* "command EHLO a\r\n|mark write|...": what was parsed, visible. */
static void show(const struct script *s, struct buffer *out)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct part *p = &s->parts[i];
        buffer_printf(out, "%s%s ", i ? "|" : "", kinds[p->kind]);
        if (p->kind == PART_MARK)
            buffer_printf(out, p->pause ? "%s %u" : "%s", mark_name(p->mark), p->pause);
        buffer_add(out, p->octets);
    }
}

static const struct {
    const char *text, *parts;
} rows[] = {
    {"", ""},
    {"EHLO a\r\nQUIT\r\n", "command EHLO a\r\n|command QUIT\r\n"},
    {"noop\n", "command noop\n"},
    {"NOOP", "raw NOOP"},
    {"\r\n", "raw \r\n"},
    {"250 ok\r\n", "raw 250 ok\r\n"},
    {"MAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\na\r\n.\r\nQUIT\r\n",
     "command MAIL FROM:<>\r\n|command RCPT TO:<a>\r\n|command DATA\r\n|message a\r\n.\r\n|command QUIT\r\n"},
    {"MAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\n.\r\nQUIT\r\n",
     "command MAIL FROM:<>\r\n|command RCPT TO:<a>\r\n|command DATA\r\n|message .\r\n|command QUIT\r\n"},
    {"MAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\na\n.\n..\r\r\n.\r\n.\r\nX\r\n",
     "command MAIL FROM:<>\r\n|command RCPT TO:<a>\r\n|command DATA\r\n|message a\n.\n..\r\r\n.\r\n|raw .\r\n|command "
     "X\r\n"},
    /* No recipient: DATA will be refused, no message follows. */
    {"MAIL FROM:<>\r\nDATA\r\nRSET\r\n", "command MAIL FROM:<>\r\n|command DATA\r\n|command RSET\r\n"},
    {"MAIL FROM:<>\r\nRCPT TO:<a>\r\nRSET\r\nDATA\r\nNOOP\r\n",
     "command MAIL FROM:<>\r\n|command RCPT TO:<a>\r\n|command RSET\r\n|command DATA\r\n|command NOOP\r\n"},
    {"BDAT 3\r\nabcBDAT 0 LAST\r\nNOOP\r\n", "command BDAT 3\r\n|chunk abc|command BDAT 0 LAST\r\n|command NOOP\r\n"},
    {"BDAT 99 LAST\r\nabc", "command BDAT 99 LAST\r\n|chunk abc"},
    {"BDAT x\r\nNOOP\r\n", "command BDAT x\r\n|command NOOP\r\n"},
    {"AUTH LOGIN\r\nYWxpY2U=\r\nc2VjcmV0\r\nAAAA\r\n*\r\nQUIT\r\n",
     "command AUTH LOGIN\r\n|answer YWxpY2U=\r\n|answer c2VjcmV0\r\n|answer AAAA\r\n|answer *\r\n|command QUIT\r\n"},
    {"#!starttls\nEHLO a\r\n#!join\nMA#!write\nIL\r\n#!pause 100\n#!close\n",
     "mark starttls|command EHLO a\r\n|mark join|raw MA|mark write|raw IL\r\n|mark pause 100|mark close"},
    {"#!half-close\n#!reset\n#!wait\n", "mark half-close|mark reset|mark wait"},
    /* Octets that look like marks, and those that do not. */
    {"#!!write\n", "raw #!write\n"},
    {"#!!!!pause 7\n", "raw #!!!pause 7\n"},
    {"#!pause 07\n#!pause 0\n#!pause 100000\n", "raw #!pause 07\n|raw #!pause 0\n|raw #!pause 100000\n"},
    {"#!write \n#!Write\n#!write\r\n#!", "raw #!write \n|raw #!Write\n|raw #!write\r\n|raw #!"},
    {"##!!write\n#!write\n#!#!write\n", "raw ##!write\n|mark write|raw #!|mark write"},
    /* A mark parts a message, a chunk, the end of a message; what is behind it still belongs to it. */
    {"MAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\na\r\n#!write\n.#!write\n\r\nNOOP\r\n",
     "command MAIL FROM:<>\r\n|command RCPT TO:<a>\r\n|command DATA\r\n|message a\r\n|mark write|message .|mark write|"
     "message \r\n|command NOOP\r\n"},
    {"BDAT 4\r\nab#!pause 5\ncdNOOP\r\n", "command BDAT 4\r\n|chunk ab|mark pause 5|chunk cd|command NOOP\r\n"},
    {"AUTH PLAIN\r\nAA#!write\n==\r\nBBBB\r\n", "command AUTH PLAIN\r\n|raw AA|mark write|raw ==\r\n|answer BBBB\r\n"},
};

Test(script, parts_are_told_apart)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        struct script s;
        struct buffer shown = {0};
        cr_assert(script_parse(&s, a, bytes_string(rows[i].text)));
        show(&s, &shown);
        cr_expect_str_eq(buffer_string(&shown), rows[i].parts, "%s", rows[i].text);
        buffer_free(&shown);
        arena_free(a);
    }
}

static void same_text_again(struct bytes text)
{
    struct arena *a = arena_new();
    struct script s;
    struct buffer printed = {0};
    cr_assert(script_parse(&s, a, text));
    script_print(&s, &printed);
    cr_assert(bytes_equal(buffer_bytes(&printed), text), "%.*s", BYTES_ARG(text));
    buffer_free(&printed);
    arena_free(a);
}

Test(script, text_that_was_parsed_is_printed_alike)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        same_text_again(bytes_string(rows[i].text));
}

/* Made of what marks are made of, and of what drives the reader. */
static void random_text(struct prng *p, struct buffer *out)
{
    static const char *const pieces[] = {"#",
                                         "!",
                                         "#!",
                                         "write",
                                         "\n",
                                         "#!write\n",
                                         "#!join\n",
                                         "#!!write\n",
                                         "pause 1",
                                         " ",
                                         "\r\n",
                                         ".",
                                         "\r\n.\r\n",
                                         "#!pause 20\n",
                                         "DATA\r\n",
                                         "MAIL FROM:<>\r\n",
                                         "RCPT TO:<a>\r\n",
                                         "BDAT 5\r\n",
                                         "AUTH X\r\n",
                                         "\r",
                                         "close\n"};
    for (size_t n = prng_below(p, 20); n > 0; n--) {
        if (prng_below(p, 8) == 0)
            buffer_add_octet(out, (unsigned char)prng_below(p, 256));
        else
            buffer_add_string(out, pieces[prng_below(p, sizeof pieces / sizeof *pieces)]);
    }
}

Test(script, any_octets_are_printed_alike)
{
    struct prng p;
    struct buffer text = {0};
    prng_seed(&p, 1);
    for (int i = 0; i < 50000; i++) {
        buffer_clear(&text);
        random_text(&p, &text);
        same_text_again(buffer_bytes(&text));
    }
    buffer_free(&text);
}

/* Octets between marks, the marks, in order. */
static void flat(const struct script *s, struct buffer *out)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct part *p = &s->parts[i];
        if (p->kind == PART_MARK)
            buffer_printf(out, "\x01%d %u\x02", (int)p->mark, p->pause);
        else
            buffer_add(out, p->octets);
    }
}

/* Whatever octets stand in a script, also such as look like marks, they are octets when its text is read. */
Test(script, what_was_printed_is_read_alike)
{
    struct prng p;
    struct buffer octets = {0}, text = {0}, before = {0}, after = {0};
    prng_seed(&p, 2);
    for (int i = 0; i < 20000; i++) {
        struct arena *a = arena_new();
        struct script s, again;
        script_init(&s, a);
        for (size_t n = prng_below(&p, 6); n > 0; n--) {
            buffer_clear(&octets);
            random_text(&p, &octets);
            if (prng_below(&p, 3) == 0)
                script_insert(&s, s.count, part_mark((enum mark_kind)prng_below(&p, MARK_COUNT), 9));
            else
                script_insert(&s, s.count, part_of(PART_RAW, script_keep(&s, buffer_bytes(&octets))));
        }
        for (size_t k = 0; k < s.count; k++)
            if (s.parts[k].kind == PART_MARK && s.parts[k].mark != MARK_PAUSE)
                s.parts[k].pause = 0;
        buffer_clear(&text);
        buffer_clear(&before);
        buffer_clear(&after);
        script_print(&s, &text);
        cr_assert(script_parse(&again, a, buffer_bytes(&text)));
        flat(&s, &before);
        flat(&again, &after);
        cr_assert(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)), "%s", buffer_string(&text));
        arena_free(a);
    }
    buffer_free(&octets);
    buffer_free(&text);
    buffer_free(&before);
    buffer_free(&after);
}

static void show_acts(struct bytes text, struct buffer *out)
{
    static const char *const names[] = {"send", "pause", "tls", "half-close", "close", "reset"};
    struct arena *a = arena_new();
    struct script s;
    struct buffer room = {0};
    struct act act;
    cr_assert(script_parse(&s, a, text));
    for (size_t at = 0; script_next(&s, &at, &room, &act);) {
        buffer_printf(out, "%s%s", out->len ? "|" : "", names[act.kind]);
        if (act.kind == ACT_PAUSE)
            buffer_printf(out, " %u", act.pause);
        if (act.kind == ACT_SEND) {
            buffer_printf(out, "%s ", act.wait ? "+wait" : "");
            buffer_add(out, act.octets);
        }
    }
    buffer_free(&room);
    arena_free(a);
}

Test(script, acts)
{
    static const struct {
        const char *text, *acts;
    } table[] = {
        {"", ""},
        {"EHLO a\r\nQUIT\r\n", "send+wait EHLO a\r\n|send+wait QUIT\r\n"},
        {"NOOP\r\n#!join\nRSET\r\nQUIT", "send+wait NOOP\r\nRSET\r\n|send+wait QUIT"},
        {"NOOP\r\n#!write\nRSET\r\n", "send NOOP\r\n|send+wait RSET\r\n"},
        {"NO#!write\nOP\r\n", "send NO|send+wait OP\r\n"},
        {"NO#!wait\nOP\r\n", "send+wait NO|send+wait OP\r\n"},
        {"#!wait\nNOOP\r\n#!wait\n", "send+wait |send+wait NOOP\r\n"},
        {"NOOP\r\n#!pause 20\nNOOP\r\n", "send NOOP\r\n|pause 20|send+wait NOOP\r\n"},
        {"STARTTLS\r\n#!starttls\nEHLO a\r\n", "send+wait STARTTLS\r\n|tls|send+wait EHLO a\r\n"},
        {"STARTTLS\r\n#!join\nNOOP\r\n#!starttls\n", "send+wait STARTTLS\r\nNOOP\r\n|tls"},
        {"#!starttls\nNOOP\r\n", "tls|send+wait NOOP\r\n"},
        {"NOOP\r\n#!close\nNOOP\r\n", "send NOOP\r\n|close"},
        {"NOOP\r\n#!wait\n#!reset\nNOOP\r\n", "send+wait NOOP\r\n|reset"},
        {"NOOP\r\n#!half-close\nNOOP\r\n", "send NOOP\r\n|half-close|send+wait NOOP\r\n"},
        {"BDAT 2\r\nabBDAT 0 LAST\r\n", "send+wait BDAT 2\r\nab|send+wait BDAT 0 LAST\r\n"},
        {"BDAT 2\r\na#!write\nbNOOP\r\n", "send BDAT 2\r\na|send+wait b|send+wait NOOP\r\n"},
        {"MAIL FROM:<>\r\n#!join\nRCPT TO:<a>\r\n#!join\nDATA\r\na\r\n.\r\nQUIT\r\n",
         "send+wait MAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\n|send+wait a\r\n.\r\n|send+wait QUIT\r\n"},
        {"MAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\na\r\n#!write\n.\r\nQUIT\r\n",
         "send+wait MAIL FROM:<>\r\n|send+wait RCPT TO:<a>\r\n|send+wait DATA\r\n|send a\r\n|send+wait .\r\n|"
         "send+wait QUIT\r\n"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct buffer shown = {0};
        show_acts(bytes_string(table[i].text), &shown);
        cr_expect_str_eq(buffer_string(&shown), table[i].acts, "%s", table[i].text);
        buffer_free(&shown);
    }
}

/* All octets of a script go out, in order, unless it closes. */
Test(script, acts_send_every_octet)
{
    struct prng p;
    struct buffer text = {0}, sent = {0}, all = {0}, room = {0};
    prng_seed(&p, 3);
    for (int i = 0; i < 20000; i++) {
        struct arena *a = arena_new();
        struct script s;
        struct act act;
        buffer_clear(&text);
        buffer_clear(&sent);
        buffer_clear(&all);
        random_text(&p, &text);
        cr_assert(script_parse(&s, a, buffer_bytes(&text)));
        for (size_t k = 0; k < s.count; k++)
            buffer_add(&all, s.parts[k].octets);
        bool closed = false;
        for (size_t at = 0; script_next(&s, &at, &room, &act); closed |= act.kind == ACT_CLOSE)
            buffer_add(&sent, act.octets);
        cr_assert(bytes_starts(buffer_bytes(&all), buffer_bytes(&sent)), "%s", buffer_string(&text));
        cr_assert(closed || sent.len == all.len, "%s", buffer_string(&text));
        arena_free(a);
    }
    buffer_free(&text);
    buffer_free(&sent);
    buffer_free(&all);
    buffer_free(&room);
}
