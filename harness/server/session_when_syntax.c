/* Conditions on what a command says, whatever the session is at. */
#include "session_when.h"

static bool has_octet(struct bytes b, bool (*is)(unsigned char c))
{
    for (size_t i = 0; i < b.len; i++)
        if (is(b.data[i]))
            return true;
    return false;
}

static bool has_any(struct bytes b, const char *octets)
{
    for (size_t i = 0; i < b.len; i++)
        if (b.data[i] && strchr(octets, b.data[i]))
            return true;
    return false;
}

static bool has(struct bytes b, const char *text)
{
    return bytes_find(b, bytes_string(text)) != BYTES_NONE;
}

static bool is_lower(unsigned char c)
{
    return octet_upper(c) != c;
}

static bool is_upper(unsigned char c)
{
    return octet_lower(c) != c;
}

static bool is_eight_bit(unsigned char c)
{
    return c > 127;
}

/* Syntax. */
bool when_malformed(const struct session *s, const struct command *c)
{
    (void)c;
    return s->syntax != NULL;
}

bool when_right(const struct session *s, const struct command *c)
{
    (void)c;
    return s->syntax == NULL;
}

bool when_without_argument(const struct session *s, const struct command *c)
{
    (void)s;
    return c->argument.len == 0;
}

bool when_with_argument(const struct session *s, const struct command *c)
{
    (void)s;
    return c->argument.len > 0;
}

bool when_with_bad_argument(const struct session *s, const struct command *c)
{
    return s->syntax && c->argument.len > 0;
}

bool when_lower_case_verb(const struct session *s, const struct command *c)
{
    (void)s;
    return has_octet(c->word, is_lower);
}

bool when_lower_case_from_to(const struct session *s, const struct command *c)
{
    (void)s;
    return has_octet(bytes_slice(c->argument, 0, bytes_find_octet(c->argument, ':')), is_lower);
}

bool when_lower_case_parameter(const struct session *s, const struct command *c)
{
    if (s->syntax)
        return false;
    for (size_t i = 0; i < c->parameter_count; i++)
        if (has_octet(c->parameters[i].keyword, is_lower) || has_octet(c->parameters[i].value, is_lower))
            return true;
    return false;
}

bool when_blank_behind(const struct session *s, const struct command *c)
{
    (void)s;
    return bytes_ends(c->line, BYTES(" ")) || bytes_ends(c->line, BYTES("\t"));
}

bool when_blank_before(const struct session *s, const struct command *c)
{
    (void)s;
    return bytes_starts(c->line, BYTES(" ")) || bytes_starts(c->line, BYTES("\t"));
}

bool when_blank_at_colon(const struct session *s, const struct command *c)
{
    (void)s;
    return has(c->line, ": <") || has(c->line, " :");
}

bool when_eight_bit(const struct session *s, const struct command *c)
{
    (void)s;
    return has_octet(c->line, is_eight_bit);
}

bool when_nul(const struct session *s, const struct command *c)
{
    (void)s;
    return bytes_find_octet(c->line, 0) != BYTES_NONE;
}

bool when_strange_octets(const struct session *s, const struct command *c)
{
    (void)s;
    return has_octet(c->argument, octet_is_control) || has_octet(c->argument, is_eight_bit);
}

bool when_number_sign(const struct session *s, const struct command *c)
{
    return s->syntax && has(c->argument, "#");
}

/* Names and literals. */
static const struct domain *domain_of(const struct session *s, const struct command *c)
{
    static const struct domain none;
    if (s->syntax)
        return &none;
    return c->verb == VERB_MAIL || c->verb == VERB_RCPT ? &c->path.domain : &c->domain;
}

bool when_ipv4_literal(const struct session *s, const struct command *c)
{
    return domain_of(s, c)->kind == DOMAIN_IPV4;
}

bool when_ipv6_literal(const struct session *s, const struct command *c)
{
    return domain_of(s, c)->kind == DOMAIN_IPV6;
}

bool when_bad_literal(const struct session *s, const struct command *c)
{
    return s->syntax && has(c->argument, "[");
}

bool when_out_of_range(const struct session *s, const struct command *c)
{
    return when_bad_literal(s, c) && !has_any(c->argument, ":abcdefghijklmnopqrstuvwxyz");
}

bool when_strange_literal(const struct session *s, const struct command *c)
{
    return domain_of(s, c)->kind == DOMAIN_GENERAL ||
           (s->syntax && has_any(c->argument, "[:") && !when_out_of_range(s, c) && bytes_ends(c->argument, BYTES("]")));
}

bool when_literal_of_somebody(const struct session *s, const struct command *c)
{
    return when_ipv4_literal(s, c) && s->config.peer && !bytes_equal(c->domain.text, bytes_string(s->config.peer));
}

bool when_text_after_literal(const struct session *s, const struct command *c)
{
    return s->syntax && has(c->argument, "] ");
}

bool when_hyphen_in_domain(const struct session *s, const struct command *c)
{
    return has(domain_of(s, c)->text, "-");
}

bool when_upper_case_domain(const struct session *s, const struct command *c)
{
    return domain_of(s, c)->kind == DOMAIN_NAME && has_octet(domain_of(s, c)->text, is_upper);
}

bool when_digit_first(const struct session *s, const struct command *c)
{
    struct bytes name = domain_of(s, c)->text;
    return name.len > 0 && octet_is_digit(name.data[0]);
}

bool when_long_label(const struct session *s, const struct command *c)
{
    for (struct bytes rest = domain_of(s, c)->text; rest.len > 0;) {
        size_t dot = bytes_find_octet(rest, '.');
        if ((dot == BYTES_NONE ? rest.len : dot) > 63)
            return true;
        rest = bytes_from(rest, dot == BYTES_NONE ? rest.len : dot + 1);
    }
    return s->syntax && c->argument.len > 63;
}

bool when_long_domain(const struct session *s, const struct command *c)
{
    return domain_of(s, c)->text.len > 200;
}

/* Paths. */
bool when_no_path(const struct session *s, const struct command *c)
{
    return s->syntax && !has(c->argument, ":<") ? true : s->syntax && bytes_ends(c->argument, BYTES("<>"));
}

bool when_no_bracket(const struct session *s, const struct command *c)
{
    return s->syntax && has(c->argument, ":") && !has(c->argument, ":<");
}

bool when_bad_in_brackets(const struct session *s, const struct command *c)
{
    return s->syntax && has(c->argument, ":<");
}

bool when_bad_parameter(const struct session *s, const struct command *c)
{
    return s->syntax && has(c->argument, "> ");
}

bool when_unknown_parameter(const struct session *s, const struct command *c)
{
    size_t count;
    const struct parameter_info *known = parameter_table(&count);
    for (size_t i = 0; !s->syntax && i < c->parameter_count; i++) {
        size_t k = 0;
        while (k < count && !bytes_equal_nocase(c->parameters[i].keyword, bytes_string(known[k].keyword)))
            k++;
        if (k == count)
            return true;
    }
    return false;
}

bool when_parameter_after_helo(const struct session *s, const struct command *c)
{
    return !s->syntax && s->hello == HELLO_HELO && c->parameter_count > 0;
}

bool when_null_sender(const struct session *s, const struct command *c)
{
    return !s->syntax && c->path.mailbox.len == 0;
}

bool when_one_letter(const struct session *s, const struct command *c)
{
    return !s->syntax && c->path.local_part.len == 1;
}

bool when_plus_sign(const struct session *s, const struct command *c)
{
    return !s->syntax && !c->path.quoted && has(c->path.local_part, "+");
}

bool when_many_dots(const struct session *s, const struct command *c)
{
    return !s->syntax && !c->path.quoted && has(c->path.local_part, ".");
}

bool when_rare_characters(const struct session *s, const struct command *c)
{
    return !s->syntax && !c->path.quoted && has_any(c->path.local_part, "!#$%&'*/=?^`{|}~");
}

bool when_quoted(const struct session *s, const struct command *c)
{
    return !s->syntax && c->path.quoted;
}

bool when_empty_quotes(const struct session *s, const struct command *c)
{
    (void)s;
    return has(c->argument, "<\"\"@");
}

bool when_long_local_part(const struct session *s, const struct command *c)
{
    return !s->syntax && c->path.local_part.len > 63;
}

bool when_long_path(const struct session *s, const struct command *c)
{
    return !s->syntax && c->path.text.len > 255;
}

bool when_too_long_path(const struct session *s, const struct command *c)
{
    (void)s;
    return c->argument.len > 290;
}

static size_t hosts_of_route(const struct session *s, const struct command *c)
{
    size_t count = 0;
    for (size_t i = 0; !s->syntax && i < c->path.route.len; i++)
        count += c->path.route.data[i] == '@';
    return count;
}

bool when_route(const struct session *s, const struct command *c)
{
    return hosts_of_route(s, c) > 0;
}

bool when_route_of_two(const struct session *s, const struct command *c)
{
    return hosts_of_route(s, c) == 2;
}

bool when_route_of_three(const struct session *s, const struct command *c)
{
    return hosts_of_route(s, c) == 3;
}

bool when_route_through_us(const struct session *s, const struct command *c)
{
    return hosts_of_route(s, c) == 1 &&
           bytes_equal_nocase(bytes_from(c->path.route, 1), bytes_string(s->config.domain));
}

bool when_upper_case_postmaster(const struct session *s, const struct command *c)
{
    return when_is_bare(s, c) && has_octet(c->path.text, is_upper);
}

bool when_bare_name(const struct session *s, const struct command *c)
{
    return !s->syntax && !has(c->first, "@");
}

bool when_address(const struct session *s, const struct command *c)
{
    return !s->syntax && has(c->first, "@");
}
