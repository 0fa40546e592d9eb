/* Usages as a section of the manual page, and as words for shells. */
#include "options.h"

#include "scenario/manual.h"

#include <string.h>

static void put_option(struct buffer *out, const struct option *o)
{
    if (o->letter)
        buffer_printf(out, "*-%c*, ", o->letter);
    buffer_printf(out, "*--%s*", o->name);
    if (o->argument) {
        buffer_add_string(out, " _");
        manual_text(out, o->argument);
        buffer_add_octet(out, '_');
    }
    buffer_add_string(out, "\n\t");
    manual_text(out, o->help);
    buffer_add_string(out, "\n\n");
}

/* Text whose line ends mean something: as it stands. */
static void put_literally(struct buffer *out, const char *text)
{
    buffer_printf(out, "```\n%s%s```\n\n", text, text[strlen(text) - 1] == '\n' ? "" : "\n");
}

void options_manual(const struct usage *u, struct buffer *out)
{
    buffer_printf(out, "## smtpspec %s ", u->name);
    manual_text(out, u->synopsis);
    buffer_add_string(out, "\n\n");
    manual_text(out, u->about);
    buffer_add_string(out, "\n\n");
    for (size_t g = 0; g < u->group_count; g++) {
        buffer_printf(out, "%s:\n\n", u->groups[g].title);
        for (size_t i = 0; i < u->groups[g].count; i++)
            put_option(out, &u->groups[g].options[i]);
    }
    if (u->more) {
        manual_text(out, u->more);
        buffer_add_octet(out, '\n');
    }
    if (u->examples)
        put_literally(out, u->examples);
}

void options_words(const struct usage *u, struct buffer *out)
{
    for (size_t g = 0; g < u->group_count; g++)
        for (size_t i = 0; i < u->groups[g].count; i++) {
            const struct option *o = &u->groups[g].options[i];
            const char *argument = o->argument ? o->argument : "";
            if (o->letter)
                buffer_printf(out, "-%c\t%s\t%s\n", o->letter, argument, o->help);
            buffer_printf(out, "--%s\t%s\t%s\n", o->name, argument, o->help);
        }
    buffer_add_string(out, "-h\t\thelp\n--help\t\thelp\n");
}
