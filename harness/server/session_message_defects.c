/* Defects in judging, changing and delivering a message that came whole. */
#include "header.h"
#include "session_defects.h"

#include <stdio.h>

typedef bool when_function(struct bytes message);

static size_t count_fields(struct bytes message, struct bytes name)
{
    size_t count = 0;
    struct bytes rest = header_section(message), field;
    while (header_next_field(&rest, &field))
        count += header_field_is(field, name);
    return count;
}

static bool has_field(struct bytes message, struct bytes name)
{
    return count_fields(message, name) > 0;
}

/* A field of that name in which the text does not stand. */
static bool has_field_without(struct bytes message, struct bytes name, struct bytes text)
{
    struct bytes rest = header_section(message), field;
    while (header_next_field(&rest, &field))
        if (header_field_is(field, name) && bytes_find(field, text) == BYTES_NONE)
            return true;
    return false;
}

static bool without_to(struct bytes message)
{
    return !has_field(message, BYTES("To:"));
}

static bool without_date(struct bytes message)
{
    return !has_field(message, BYTES("Date:"));
}

static bool two_subjects(struct bytes message)
{
    return count_fields(message, BYTES("Subject:")) > 1;
}

static bool resent_alone(struct bytes message)
{
    return has_field(message, BYTES("Resent-To:")) && !has_field(message, BYTES("Resent-Date:"));
}

static bool odd_received(struct bytes message)
{
    return has_field_without(message, BYTES("Received:"), BYTES(";"));
}

static bool odd_return_path(struct bytes message)
{
    return has_field_without(message, BYTES("Return-Path:"), BYTES("<"));
}

static size_t count_octet(struct bytes b, unsigned char octet)
{
    size_t count = 0;
    for (size_t i = 0; i < b.len; i++)
        count += b.data[i] == octet;
    return count;
}

static bool many_addresses(struct bytes message)
{
    return count_octet(header_section(message), '@') > 100;
}

static bool far_travelled(struct bytes message)
{
    return count_fields(message, BYTES("Received:")) > 50;
}

static bool long_line(struct bytes message)
{
    struct bytes line;
    while (bytes_next_line(&message, &line))
        if (line.len > 996)
            return true;
    return false;
}

static bool big(struct bytes message)
{
    return message.len > 60000;
}

static bool is_rare(unsigned char c)
{
    return c < 32 && !strchr("\t\r\n", c);
}

static bool with_controls(struct bytes message)
{
    for (size_t i = 0; i < message.len; i++)
        if (is_rare(message.data[i]) || !message.data[i])
            return true;
    return false;
}

static const struct {
    enum defect defect;
    when_function *when;
    struct verdict verdict;
} refused[] = {
    {DEFECT_REFUSES_TWO_SUBJECTS, two_subjects, {554, "5.6.0", "Two Subject fields"}},
    {DEFECT_REFUSES_LONE_RESENT_FIELDS, resent_alone, {554, "5.6.0", "Resent- fields are incomplete"}},
    {DEFECT_REFUSES_ODD_RECEIVED, odd_received, {554, "5.6.0", "A Received field without date"}},
    {DEFECT_REFUSES_ODD_RETURN_PATH, odd_return_path, {554, "5.6.0", "Return-Path has no path"}},
    {DEFECT_HEADER_RECIPIENTS_COUNTED, many_addresses, {554, "5.5.3", "Too many recipients"}},
    {DEFECT_HOP_LIMIT_50, far_travelled, {554, "5.4.6", "Too many hops"}},
    {DEFECT_TEXT_LINE_LIMIT_998, long_line, {554, "5.6.0", "A line is too long"}},
    {DEFECT_MESSAGE_LIMIT_60K, big, {552, "5.3.4", "Message too big"}},
};

struct verdict session_defect_judge(const struct session *s, struct verdict right)
{
    struct bytes message = buffer_bytes(&s->transaction.message);
    if (right.code && session_has(s, DEFECT_DEFERRED_IS_DELIVERED))
        return (struct verdict){451, "4.6.0", "CR or LF on its own in the message"};
    for (size_t i = 0; s->config.defect && !right.code && i < sizeof refused / sizeof *refused; i++)
        if (session_has(s, refused[i].defect) && refused[i].when(message))
            return refused[i].verdict;
    return right;
}

bool session_defect_deliver_refused(const struct session *s)
{
    return session_has(s, DEFECT_DEFERRED_IS_DELIVERED) || session_has(s, DEFECT_REFUSED_IS_DELIVERED);
}

static const struct {
    enum defect defect;
    when_function *when;
} lost[] = {
    {DEFECT_MESSAGE_LOST, without_to},
    {DEFECT_MESSAGE_WITHOUT_DATE_LOST, without_date},
    {DEFECT_MESSAGE_WITH_CONTROLS_LOST, with_controls},
};

bool session_defect_lose(const struct session *s)
{
    for (size_t i = 0; s->config.defect && i < sizeof lost / sizeof *lost; i++)
        if (session_has(s, lost[i].defect) && lost[i].when(buffer_bytes(&s->transaction.message)))
            return true;
    return false;
}

/* Changes, line by line: a line without its CRLF to `out`. */
static void without_blanks_behind(struct bytes line, struct buffer *out)
{
    while (line.len > 0 && strchr(" \t", line.data[line.len - 1]))
        line.len--;
    buffer_add(out, line);
}

static void without_blanks_before(struct bytes line, struct buffer *out)
{
    while (line.len > 0 && line.data[0] == ' ')
        line = bytes_from(line, 1);
    buffer_add(out, line);
}

static void tabs_to_blanks(struct bytes line, struct buffer *out)
{
    for (size_t i = 0; i < line.len; i++)
        buffer_add_octet(out, line.data[i] == '\t' ? ' ' : line.data[i]);
}

static void without_controls(struct bytes line, struct buffer *out)
{
    for (size_t i = 0; i < line.len; i++)
        if (!is_rare(line.data[i]))
            buffer_add_octet(out, line.data[i]);
}

static void without_backslashes(struct bytes line, struct buffer *out)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.data[i] != '\\')
            buffer_add_octet(out, line.data[i]);
}

static void from_indented(struct bytes line, struct buffer *out)
{
    if (bytes_starts(line, BYTES("From ")))
        buffer_add_string(out, " ");
    buffer_add(out, line);
}

/* As sendmail does, which puts an exclamation mark where it cuts. */
static void cut(struct bytes line, struct buffer *out)
{
    enum { PIECE = 990 };
    for (; line.len > PIECE; line = bytes_from(line, PIECE)) {
        buffer_add(out, bytes_slice(line, 0, PIECE));
        buffer_add_string(out, "!\r\n ");
    }
    buffer_add(out, line);
}

static void return_path_kept(struct bytes line, struct buffer *out)
{
    size_t len = strlen("Return-Path");
    bool there = bytes_starts_nocase(line, BYTES("Return-Path:"));
    if (there) {
        buffer_add(out, bytes_slice(line, 0, len));
        buffer_add_string(out, " "); /* the mailbox does not know it so, and leaves it */
    }
    buffer_add(out, bytes_from(line, there ? len : 0));
}

static const struct {
    enum defect defect;
    void (*change)(struct bytes line, struct buffer *out);
} lines[] = {
    {DEFECT_BLANKS_BEHIND_REMOVED, without_blanks_behind},
    {DEFECT_BLANKS_BEFORE_REMOVED, without_blanks_before},
    {DEFECT_TABS_TO_BLANKS, tabs_to_blanks},
    {DEFECT_CONTROLS_REMOVED, without_controls},
    {DEFECT_BACKSLASHES_REMOVED, without_backslashes},
    {DEFECT_FROM_INDENTED, from_indented},
    {DEFECT_TEXT_LINE_CUT, cut},
    {DEFECT_OLD_RETURN_PATH_STAYS, return_path_kept},
};

/* Changes of the whole. */
static void with_empty_line(const struct session *s, struct bytes message, struct buffer *out)
{
    (void)s;
    buffer_add(out, message);
    buffer_add_string(out, "\r\n");
}

static void empty_lines_squeezed(const struct session *s, struct bytes message, struct buffer *out)
{
    struct bytes line;
    bool empty = false;
    (void)s;
    while (bytes_next_line(&message, &line)) {
        if (!empty || line.len > 0) {
            buffer_add(out, line);
            buffer_add_string(out, "\r\n");
        }
        empty = line.len == 0;
    }
}

static void with_recipients(const struct session *s, const char *field, struct bytes message, struct buffer *out)
{
    const struct envelope *e = &s->transaction.envelope;
    for (size_t i = 0; i < e->count; i++)
        buffer_printf(out, "%s %.*s\r\n", field, BYTES_ARG(e->recipients[i].path));
    buffer_add(out, message);
}

static void with_envelope_to(const struct session *s, struct bytes message, struct buffer *out)
{
    with_recipients(s, "X-Envelope-To:", message, out);
}

static void with_apparently_to(const struct session *s, struct bytes message, struct buffer *out)
{
    if (has_field(message, BYTES("To:")))
        buffer_add(out, message);
    else
        with_recipients(s, "Apparently-To:", message, out);
}

static void without_received(const struct session *s, struct bytes message, struct buffer *out)
{
    struct bytes header = header_section(message), rest = header, field;
    (void)s;
    while (header_next_field(&rest, &field))
        if (!header_field_is(field, BYTES("Received:")))
            buffer_add(out, field);
    buffer_add(out, bytes_from(message, header.len));
}

/* The first field goes behind the second where both are Received. */
static void received_swapped(const struct session *s, struct bytes message, struct buffer *out)
{
    struct bytes rest = message, first, second;
    (void)s;
    if (header_next_field(&rest, &first) && header_next_field(&rest, &second) &&
        header_field_is(first, BYTES("Received:")) && header_field_is(second, BYTES("Received:"))) {
        buffer_add(out, second);
        buffer_add(out, first);
        message = rest;
    }
    buffer_add(out, message);
}

static const struct {
    enum defect defect;
    void (*change)(const struct session *s, struct bytes message, struct buffer *out);
} wholes[] = {
    {DEFECT_EMPTY_LINE_ADDED, with_empty_line},      {DEFECT_EMPTY_LINES_SQUEEZED, empty_lines_squeezed},
    {DEFECT_RECIPIENTS_IN_HEADER, with_envelope_to}, {DEFECT_APPARENTLY_TO, with_apparently_to},
    {DEFECT_OLD_RECEIVED_REMOVED, without_received}, {DEFECT_OLD_RECEIVED_SWAPPED, received_swapped},
};

bool session_defect_change(const struct session *s, struct buffer *out)
{
    struct bytes message = buffer_bytes(&s->transaction.message), line;
    for (size_t i = 0; s->config.defect && i < sizeof wholes / sizeof *wholes; i++)
        if (session_has(s, wholes[i].defect)) {
            wholes[i].change(s, message, out);
            return true;
        }
    for (size_t i = 0; s->config.defect && i < sizeof lines / sizeof *lines; i++)
        if (session_has(s, lines[i].defect)) {
            while (bytes_next_line(&message, &line)) {
                lines[i].change(line, out);
                buffer_add_string(out, "\r\n");
            }
            return true;
        }
    return false;
}

/* Local addresses in angle brackets in To and Cc become recipients. */
static bool add_from_field(struct session *s, struct bytes field)
{
    struct transaction *t = &s->transaction;
    size_t open, end;
    while ((open = bytes_find_octet(field, '<')) != BYTES_NONE) {
        struct bytes path = bytes_from(field, open);
        end = bytes_find_octet(path, '>');
        if (end == BYTES_NONE)
            return true;
        field = bytes_from(path, end + 1);
        path.len = end + 1;
        struct recipient r = {.mailbox =
                                  mailbox_find_name(&s->config, bytes_slice(path, 1, bytes_find_octet(path, '@') - 1))};
        if (r.mailbox && (!transaction_keep(t, path, &r.path) || !transaction_add(t, &r)))
            return false;
    }
    return true;
}

bool session_defect_add_recipients(struct session *s)
{
    struct bytes rest = header_section(buffer_bytes(&s->transaction.message)), field;
    bool good = true;
    while (session_has(s, DEFECT_HEADER_RECIPIENTS_DELIVERED) && good && header_next_field(&rest, &field))
        if (header_field_is(field, BYTES("To:")) || header_field_is(field, BYTES("Cc:")))
            good = add_from_field(s, field);
    return good;
}

bool session_defect_hold(struct session *s)
{
    if (!session_has(s, DEFECT_DELIVERS_AT_QUIT) && !session_has(s, DEFECT_QUIT_UNDOES_MESSAGE))
        return false;
    transaction_free(&s->flaws.held);
    s->flaws.held = s->transaction;
    s->transaction = (struct transaction){0};
    session_reply(s, 250, "2.6.0", "Message accepted");
    return true;
}

void session_defect_release(struct session *s, enum verb verb)
{
    bool now = session_has(s, DEFECT_DELIVERS_AT_QUIT) ? verb == VERB_QUIT : verb != VERB_QUIT;
    if (!now || !s->flaws.held.open)
        return;
    struct transaction running = s->transaction;
    s->transaction = s->flaws.held;
    (void)session_deliver(s, 0, s->transaction.envelope.count);
    transaction_free(&s->transaction);
    s->transaction = running;
    s->flaws.held = (struct transaction){0};
}

void session_defect_trace_date(const struct session *s, char *date, size_t size)
{
    char right[DATE_SIZE];
    if (s->config.defect == DEFECT_NONE || strlen(date) < strlen("Thu, 01 Jan 1970 00:00:00 +0000"))
        return;
    snprintf(right, sizeof right, "%s", date);
    if (session_has(s, DEFECT_RECEIVED_DATE_OF_C))
        snprintf(date, size, "%.3s %.3s %.2s %.8s %.4s", right, right + 8, right + 5, right + 17, right + 12);
    else if (session_has(s, DEFECT_RECEIVED_ZONE_NAMED))
        snprintf(date, size, "%.25s GMT", right);
    else if (session_has(s, DEFECT_RECEIVED_YEAR_SHORT))
        snprintf(date, size, "%.12s%s", right, right + 14);
}
