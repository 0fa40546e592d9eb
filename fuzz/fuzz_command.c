/* A line as a command. The first octet chooses the flags (low two bits).
 *   - all parts lie in the line, the error's offset too
 *   - printed from its parts and parsed again, a command is the same
 *   - the case of the verb and blanks behind the line change nothing
 *   - a verb is known by its whole name and nothing else */
#include "property.h"
#include "smtp/command.h"

static bool parameters_same(const struct command *a, const struct command *b)
{
    if (a->parameter_count != b->parameter_count)
        return false;
    for (size_t i = 0; i < a->parameter_count; i++) {
        const struct parameter *p = &a->parameters[i], *q = &b->parameters[i];
        if (!bytes_equal(p->keyword, q->keyword) || !bytes_equal(p->value, q->value) || p->has_value != q->has_value)
            return false;
    }
    return true;
}

static bool command_same(const struct command *a, const struct command *b)
{
    return a->verb == b->verb && bytes_equal_nocase(a->word, b->word) && bytes_equal(a->argument, b->argument) &&
           domain_same(&a->domain, &b->domain) && path_same(&a->path, &b->path) && bytes_equal(a->first, b->first) &&
           bytes_equal(a->second, b->second) && a->has_second == b->has_second && a->size == b->size &&
           a->size_overflow == b->size_overflow && a->last == b->last && parameters_same(a, b);
}

static void parts_lie_in(const struct command *c, struct bytes line)
{
    HOLDS(lies_in(c->word, line) && lies_in(c->argument, line));
    HOLDS(domain_lies_in(&c->domain, line) && path_lies_in(&c->path, line));
    HOLDS(lies_in(c->first, line) && lies_in(c->second, line));
    HOLDS(c->parameter_count <= COMMAND_PARAMETERS_MAX);
    for (size_t i = 0; i < c->parameter_count; i++) {
        HOLDS(lies_in(c->parameters[i].keyword, line) && c->parameters[i].keyword.len > 0);
        HOLDS(lies_in(c->parameters[i].value, line));
        HOLDS(c->parameters[i].has_value == (c->parameters[i].value.len > 0));
    }
}

static void print_parameters(const struct command *c, struct buffer *out)
{
    for (size_t i = 0; i < c->parameter_count; i++) {
        buffer_add_octet(out, ' ');
        buffer_add(out, c->parameters[i].keyword);
        if (c->parameters[i].has_value) {
            buffer_add_octet(out, '=');
            buffer_add(out, c->parameters[i].value);
        }
    }
}

static void print(const struct command *c, struct buffer *out)
{
    buffer_add(out, c->word);
    if (c->domain.text.len > 0) {
        buffer_add_octet(out, ' ');
        buffer_add(out, c->domain.text);
    }
    if (c->path.text.len > 0) {
        buffer_add_string(out, c->verb == VERB_RCPT ? " TO:" : " FROM:");
        buffer_add(out, c->path.text);
    }
    if (c->first.len > 0) {
        buffer_add_octet(out, ' ');
        buffer_add(out, c->first);
    }
    if (c->has_second) {
        buffer_add_octet(out, ' ');
        buffer_add(out, c->second);
    }
    if (c->last)
        buffer_add_string(out, " LAST");
    print_parameters(c, out);
}

/* Parts that were taken with a blank too many (COMMAND_SPACE_AFTER_COLON) or in another case are printed in the plain
 * form, which must mean the same; only the argument as a whole may then differ. */
static void printed_is_the_same(const struct command *c, unsigned flags)
{
    struct buffer text = {0};
    struct command again;
    struct syntax_error error;
    print(c, &text);
    HOLDS(!buffer_failed(&text));
    HOLDS(command_parse(buffer_bytes(&text), flags, &again, &error) == COMMAND_OK);
    again.argument = c->argument;
    HOLDS(command_same(c, &again));
    buffer_free(&text);
}

static void case_and_blanks_do_not_matter(const struct command *c, unsigned flags)
{
    struct buffer text = {0};
    struct command again;
    struct syntax_error error;
    buffer_add(&text, c->line);
    buffer_add_string(&text, " \t ");
    HOLDS(!buffer_failed(&text));
    for (size_t i = 0; i < c->word.len; i++)
        text.data[i] = octet_lower(text.data[i]);
    HOLDS(command_parse(buffer_bytes(&text), flags, &again, &error) == COMMAND_OK);
    HOLDS(command_same(c, &again));
    buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    unsigned flags = data[0] & (COMMAND_UTF8 | COMMAND_SPACE_AFTER_COLON);
    struct bytes line = bytes_of(data + 1, size - 1);
    struct command c;
    struct syntax_error error;
    enum command_status status = command_parse(line, flags, &c, &error);
    HOLDS(error_fits(status == COMMAND_OK, &error, line));
    parts_lie_in(&c, line);
    const struct verb_info *info = verb_info(c.verb);
    HOLDS(!info || bytes_equal_nocase(c.word, bytes_string(info->name)));
    HOLDS((status == COMMAND_BAD_VERB) == (c.word.len == 0));
    if (status != COMMAND_OK) {
        HOLDS(c.parameter_count == 0 && c.path.text.len == 0 && c.domain.text.len == 0);
        return 0;
    }
    case_and_blanks_do_not_matter(&c, flags);
    if (c.verb != VERB_UNKNOWN && c.verb != VERB_PRIVATE)
        printed_is_the_same(&c, flags);
    return 0;
}
