#include "print.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

void print_problem(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("smtpspec: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

void print_error(const struct error *e)
{
    char text[1024];
    print_problem("%s", error_print(e, text, sizeof text));
}

bool print_mistakes(const struct diagnostics *d)
{
    for (const struct diagnostic *m = d->first; m; m = m->next) {
        if (m->where.file && m->where.line)
            fprintf(stderr, "%s:%d:%d: %s\n", m->where.file, m->where.line, m->where.column, m->text);
        else
            fprintf(stderr, "%s%s%s\n", m->where.file ? m->where.file : "", m->where.file ? ": " : "", m->text);
    }
    if (d->out_of_memory)
        print_problem("out of memory");
    return !d->count && !d->out_of_memory;
}

void print_wrap(struct buffer *out, const char *text, size_t column, size_t indent)
{
    bool begun = false; /* a word stands on this line */
    while (*text) {
        size_t len = strcspn(text, " \n");
        if (begun && column + 1 + len > PRINT_WIDTH) {
            buffer_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (begun) {
            buffer_add_octet(out, ' ');
            column++;
        }
        buffer_add(out, bytes_of(text, len));
        column += len;
        begun = true;
        text += len;
        if (*text == '\n') {
            buffer_printf(out, "\n%*s", text[1] && text[1] != '\n' ? (int)indent : 0, "");
            column = indent;
            begun = false;
        }
        text += *text != 0;
    }
    buffer_add_octet(out, '\n');
}

static size_t width_of(struct bytes text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += (text.data[i] & 0xC0) != 0x80;
    return n;
}

void print_cell(struct print_table *t, const char *text)
{
    size_t begin = t->text.len, column = t->cells++ % t->columns;
    for (const char *c = text; *c; c++)
        buffer_add_octet(&t->text, (unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : (unsigned char)*c);
    buffer_add_octet(&t->text, 0);
    if (buffer_failed(&t->text))
        return;
    size_t width = width_of(bytes_of(t->text.data + begin, t->text.len - begin - 1));
    if (width > t->widths[column])
        t->widths[column] = width;
}

bool print_rows(struct print_table *t)
{
    bool ok = !buffer_failed(&t->text);
    const char *cell = (const char *)t->text.data;
    size_t blanks = 0; /* owed before the next text, so that no line ends with blanks */
    for (size_t i = 0; ok && i < t->cells; i++) {
        size_t column = i % t->columns, len = strlen(cell), width = width_of(bytes_of(cell, len));
        if (len)
            printf("%*s%s", (int)blanks, "", cell);
        blanks = (len ? 0 : blanks) + t->widths[column] - width + 2;
        if (column + 1 == t->columns) {
            putchar('\n');
            blanks = 0;
        }
        cell += len + 1;
    }
    buffer_free(&t->text);
    return ok;
}
