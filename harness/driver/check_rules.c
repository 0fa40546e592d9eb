/* The rules. Each says what its RFC sentence says and no more; where the text leaves room, the reply is not judged. */
#include "driver/checks.h"
#include "driver/dialog.h"
#include "smtp/path.h"

static enum judged judged_by(bool good)
{
    return good ? JUDGED_GOOD : JUDGED_BROKEN;
}

static enum judged without_flaws(const struct check_context *c, unsigned flaws)
{
    return judged_by(!(c->reply->flaws & flaws));
}

/* Section 4.2: three digits, then SP or hyphen and text. A bare code is what clients are told to accept. */
static enum judged form_judge(const struct check_context *c)
{
    return without_flaws(c, REPLY_NO_CODE | REPLY_SEPARATOR);
}

static enum judged line_ends_judge(const struct check_context *c)
{
    return without_flaws(c, REPLY_BARE_LF | REPLY_BARE_CR);
}

static enum judged code_range_judge(const struct check_context *c)
{
    if (c->reply->flaws & REPLY_NO_CODE)
        return JUDGED_NOT;
    return without_flaws(c, REPLY_CODE_RANGE);
}

static enum judged same_code_judge(const struct check_context *c)
{
    if (c->reply->lines < 2 || c->reply->flaws & REPLY_NO_CODE)
        return JUDGED_NOT;
    return without_flaws(c, REPLY_CODES_DIFFER);
}

static enum judged line_length_judge(const struct check_context *c)
{
    return without_flaws(c, REPLY_LONG_LINE);
}

/* The greeting of an EHLO reply (ehlo-greet, section 4.1.1.1) may hold control characters, and UTF-8 is allowed once
 * SMTPUTF8 was asked for (RFC 6531 section 3.7.4). */
static enum judged text_judge(const struct check_context *c)
{
    bool hello = !c->certain || asked_hello(c->asked);
    if (c->reply->flaws & REPLY_CONTROL && hello)
        return JUDGED_NOT;
    if (c->reply->flaws & REPLY_EIGHT_BIT && c->utf8 && utf8_valid(c->reply->raw))
        return JUDGED_GOOD;
    return without_flaws(c, REPLY_CONTROL | REPLY_EIGHT_BIT);
}

/* Section 4.2: each command has one reply; section 3.8 lets 421 come at any time. While payload is sent a server may
 * give up early, so that is not judged. */
static enum judged unasked_judge(const struct check_context *c)
{
    if (!c->certain || c->payload || c->reply->code == 421)
        return JUDGED_NOT;
    return judged_by(c->asked != ASKED_NOTHING);
}

/* Section 4.2.1 and the sequences of section 4.3.2: an intermediate reply only where more is to follow. Verbs that
 * are not in RFC 5321 and AUTH are not judged. */
static enum judged intermediate_judge(const struct check_context *c)
{
    static const int never[] = {ASKED_GREETING, ASKED_END_OF_DATA, VERB_HELO, VERB_EHLO,       VERB_LHLO, VERB_MAIL,
                                VERB_RCPT,      VERB_RSET,         VERB_NOOP, VERB_HELP,       VERB_VRFY, VERB_EXPN,
                                VERB_QUIT,      VERB_STARTTLS,     VERB_BDAT, ASKED_LAST_CHUNK};
    if (!c->certain)
        return JUDGED_NOT;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (never[i] == c->asked)
            return judged_by(c->reply->code / 100 != 3);
    return JUDGED_NOT;
}

/* RFC 2034 section 4 speaks of servers that support the extension, and of all replies but the greeting, those to HELO
 * and EHLO, and 3yz. */
static bool enhanced_wanted(const struct check_context *c)
{
    int class = c->reply->code / 100;
    return c->enhanced_offered && c->certain && c->asked != ASKED_NOTHING && c->asked != ASKED_GREETING &&
           !asked_hello(c->asked) && (class == 2 || class == 4 || class == 5);
}

static enum judged enhanced_present_judge(const struct check_context *c)
{
    if (!enhanced_wanted(c) || c->reply->flaws & REPLY_ENHANCED_FORM)
        return JUDGED_NOT;
    return judged_by(c->reply->enhanced.klass != 0);
}

static enum judged enhanced_class_judge(const struct check_context *c)
{
    if (!enhanced_wanted(c) || c->reply->enhanced.klass == 0)
        return JUDGED_NOT;
    return without_flaws(c, REPLY_ENHANCED_CLASS);
}

static enum judged enhanced_same_judge(const struct check_context *c)
{
    if (!enhanced_wanted(c) || c->reply->lines < 2 || c->reply->enhanced.klass == 0)
        return JUDGED_NOT;
    return without_flaws(c, REPLY_ENHANCED_DIFFER);
}

static enum judged enhanced_form_judge(const struct check_context *c)
{
    if (!enhanced_wanted(c))
        return JUDGED_NOT;
    return without_flaws(c, REPLY_ENHANCED_FORM);
}

static bool is_ehlo_reply(const struct check_context *c)
{
    return c->certain && (c->asked == VERB_EHLO || c->asked == VERB_LHLO) && c->reply->code == 250 &&
           !(c->reply->flaws & (REPLY_NO_CODE | REPLY_CODES_DIFFER | REPLY_CUT));
}

/* Section 4.1.1.1 has Domain alone; an address literal is taken as well, since section 4.1.3 offers it to hosts that
 * have no name and the greeting's grammar has both. */
static bool ehlo_domain_is_right(struct bytes text)
{
    struct bytes word;
    struct domain domain;
    struct syntax_error e;
    return text.len > 0 && text.data[0] != ' ' && bytes_next_word(&text, &word) && domain_parse(word, 0, &domain, &e);
}

static bool ehlo_line_is_right(struct bytes text)
{
    size_t i = 0;
    if (text.len == 0 || !octet_is_alnum(text.data[0]))
        return false;
    while (i < text.len && (octet_is_alnum(text.data[i]) || text.data[i] == '-'))
        i++;
    while (i < text.len) {
        if (text.data[i++] != ' ')
            return false;
        size_t from = i;
        while (i < text.len && text.data[i] > 32 && text.data[i] < 127)
            i++;
        if (i == from)
            return false;
    }
    return true;
}

/* ehlo-ok-rsp of section 4.1.1.1. */
static enum judged ehlo_form_judge(const struct check_context *c)
{
    if (!is_ehlo_reply(c))
        return JUDGED_NOT;
    struct bytes rest = c->reply->raw;
    struct reply_line line;
    for (size_t n = 0; reply_next_line(&rest, &line); n++)
        if (n == 0 ? !ehlo_domain_is_right(line.text) : !ehlo_line_is_right(line.text))
            return JUDGED_BROKEN;
    return JUDGED_GOOD;
}

/* Name, row, summary; and in the same order, how to judge. */
enum {
    CHECK_FORM,
    CHECK_LINE_ENDS,
    CHECK_CODE_RANGE,
    CHECK_SAME_CODE,
    CHECK_LINE_LENGTH,
    CHECK_TEXT,
    CHECK_UNASKED,
    CHECK_INTERMEDIATE,
    CHECK_EHLO_FORM,
    CHECK_ENHANCED_PRESENT,
    CHECK_ENHANCED_CLASS,
    CHECK_ENHANCED_SAME,
    CHECK_ENHANCED_FORM,
    CHECK_COUNT
};

static const struct check_info infos[CHECK_COUNT] = {
    [CHECK_FORM] = {"reply-form", "5321-4.2-reply-form",
                    "each line of a reply begins with three digits and SP or a hyphen"},
    [CHECK_LINE_ENDS] = {"reply-bare-line-ends", "5321-2.3.8-sends-only-crlf",
                         "lines of replies end with CRLF, and neither CR nor LF stands alone"},
    [CHECK_CODE_RANGE] = {"reply-code-range", "5321-4.2-first-digit",
                          "codes are 200 to 559, the second digit at most 5"},
    [CHECK_SAME_CODE] = {"reply-code-agrees", "5321-4.2.1-multiline-same-code",
                         "all lines of a reply carry the same code"},
    [CHECK_LINE_LENGTH] = {"reply-line-length", "5321-4.5.3.1.5-reply-line-512",
                           "a line of a reply has at most 512 octets"},
    [CHECK_TEXT] = {"reply-text-printable", "5321-4.2-text-printable", "the text of replies is printable ASCII and HT"},
    [CHECK_UNASKED] = {"reply-unasked", "5321-4.2-no-unasked-reply",
                       "no reply comes that no command asked for, but for 421"},
    [CHECK_INTERMEDIATE] = {"reply-intermediate", "5321-4.3.2-intermediate",
                            "3yz answers only commands that more has to follow"},
    [CHECK_EHLO_FORM] = {"ehlo-form", "5321-4.1.1.1-ehlo-reply-form",
                         "the EHLO reply is the server's domain, then a keyword with its parameters on each line"},
    [CHECK_ENHANCED_PRESENT] =
        {"enhanced-present", "2034-4-all-replies",
         "where ENHANCEDSTATUSCODES is offered, 2yz, 4yz and 5yz replies carry an enhanced code"},
    [CHECK_ENHANCED_CLASS] = {"enhanced-class", "2034-4-class-agrees",
                              "the enhanced code's class is the first digit of the code"},
    [CHECK_ENHANCED_SAME] = {"enhanced-same", "2034-4-same-in-all-lines",
                             "all lines of a reply carry the same enhanced code"},
    [CHECK_ENHANCED_FORM] = {"enhanced-form", "3463-2-form",
                             "enhanced codes have one digit, then twice up to three without leading zeros"},
};

static const struct check rules[CHECK_COUNT] = {
    [CHECK_FORM] = {&infos[CHECK_FORM], LEVEL_MUST, form_judge},
    [CHECK_LINE_ENDS] = {&infos[CHECK_LINE_ENDS], LEVEL_MUST, line_ends_judge},
    [CHECK_CODE_RANGE] = {&infos[CHECK_CODE_RANGE], LEVEL_MUST, code_range_judge},
    [CHECK_SAME_CODE] = {&infos[CHECK_SAME_CODE], LEVEL_MUST, same_code_judge},
    [CHECK_LINE_LENGTH] = {&infos[CHECK_LINE_LENGTH], LEVEL_SHOULD, line_length_judge},
    [CHECK_TEXT] = {&infos[CHECK_TEXT], LEVEL_MUST, text_judge},
    [CHECK_UNASKED] = {&infos[CHECK_UNASKED], LEVEL_MUST, unasked_judge},
    [CHECK_INTERMEDIATE] = {&infos[CHECK_INTERMEDIATE], LEVEL_MUST, intermediate_judge},
    [CHECK_EHLO_FORM] = {&infos[CHECK_EHLO_FORM], LEVEL_MUST, ehlo_form_judge},
    [CHECK_ENHANCED_PRESENT] = {&infos[CHECK_ENHANCED_PRESENT], LEVEL_MUST, enhanced_present_judge},
    [CHECK_ENHANCED_CLASS] = {&infos[CHECK_ENHANCED_CLASS], LEVEL_MUST, enhanced_class_judge},
    [CHECK_ENHANCED_SAME] = {&infos[CHECK_ENHANCED_SAME], LEVEL_MUST, enhanced_same_judge},
    [CHECK_ENHANCED_FORM] = {&infos[CHECK_ENHANCED_FORM], LEVEL_MUST, enhanced_form_judge},
};
_Static_assert((int)CHECK_COUNT <= (int)CHECKS_MAX, "struct check_tally has no room for more");

const struct check *check_rules(size_t *count)
{
    *count = CHECK_COUNT;
    return rules;
}

const struct check_info *check_table(size_t *count)
{
    *count = CHECK_COUNT;
    return infos;
}
