#include "finding.h"

#include "corpus.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { HEX_MOST = 256, HEX_LINE = 16, SHOWN_LINES = 4000 };

void finding_free(struct finding *f)
{
    buffer_free(&f->input);
    buffer_free(&f->smallest);
    buffer_free(&f->transcript);
    buffer_free(&f->log);
    buffer_free(&f->report);
}

static void put_hex(struct buffer *out, struct bytes b)
{
    struct bytes shown = bytes_slice(b, 0, HEX_MOST);
    for (size_t i = 0; i < shown.len; i += HEX_LINE) {
        buffer_printf(out, "%08zx ", i);
        for (size_t j = i; j < i + HEX_LINE; j++)
            if (j < shown.len)
                buffer_printf(out, " %02x", shown.data[j]);
            else
                buffer_add_string(out, "   ");
        buffer_add_string(out, "  |");
        for (size_t j = i; j < i + HEX_LINE && j < shown.len; j++)
            buffer_add_octet(out, octet_is_print(shown.data[j]) ? shown.data[j] : '.');
        buffer_add_string(out, "|\n");
    }
    if (b.len > HEX_MOST)
        buffer_printf(out, "... %zu octets in all\n", b.len);
}

static void put_block(struct buffer *out, const char *title, struct bytes text)
{
    if (!text.len)
        return;
    buffer_printf(out, "\n## %s\n\n```\n", title);
    buffer_add(out, bytes_slice(text, 0, SHOWN_LINES));
    if (!bytes_ends(bytes_slice(text, 0, SHOWN_LINES), BYTES("\n")))
        buffer_add_octet(out, '\n');
    buffer_add_string(out, "```\n");
}

static const char *word_of(const struct target *t)
{
    return t->file ? t->file : t->endpoint.text;
}

static void put_replay(const struct finding *f, const struct finding_context *c, const char *folder, struct buffer *out)
{
    bool different = f->symptom.oracle == ORACLE_DIFFERENT;
    const char *words = c->words ? c->words : word_of(c->target), *blank = *words ? " " : "";
    buffer_add_string(out, "\n## Replay\n\n```\n");
    if (!f->lead)
        buffer_printf(out, "smtpspec test%s%s %s/scenario.yaml\n", blank, words, folder);
    buffer_printf(out, "smtpspec fuzz%s%s", blank, words);
    for (size_t i = 0; different && i < c->against_count; i++)
        buffer_printf(out, " --against %s", word_of(c->against[i]));
    buffer_printf(out, " --replay %s/smallest.smtp\n```\n", folder);
    if (f->symptom.oracle == ORACLE_MEMORY || f->symptom.oracle == ORACLE_DESCRIPTORS)
        buffer_add_string(out, "\nGrowth does not show in a session: only the second command judges it.\n");
    if (f->late_ms > 0)
        buffer_add_string(out, "\nThe server does not die in the session: only the first command waits for it.\n");
    if (f->symptom.oracle == ORACLE_CHECK)
        buffer_printf(out, "\nThe check `check/%s` fails there; the scenario itself passes.\n", f->symptom.place);
}

static void put_summary(const struct finding *f, const struct finding_context *c, const char *folder,
                        struct buffer *out)
{
    struct buffer octets = {0};
    const struct oracle_info *o = oracle_info(f->symptom.oracle);
    buffer_printf(out, "# %s\n\n%s: %s.\n\n", f->id, o->says, f->symptom.detail);
    buffer_printf(out, "| | |\n| --- | --- |\n| oracle | %s (%s%s) |\n| place | %s |\n", o->name, o->level,
                  f->lead ? ", a lead" : "", f->symptom.place);
    buffer_printf(out, "| rests on | %s |\n| target | %s, %s |\n", o->reference,
                  c->target->name ? c->target->name : c->target->endpoint.text, c->target->endpoint.text);
    buffer_printf(out, "| found | session %llu, after %.1f s |\n", (unsigned long long)f->session,
                  (double)f->ms / 1000);
    if (f->late_ms > 0)
        buffer_printf(out, "| dies | not at once: within %.1f s, other sessions meanwhile |\n",
                      (double)f->late_ms / 1000);
    buffer_printf(out, "| confirmed | %s |\n", f->confirmed ? "on a fresh connection" : "no: it did not show again");
    buffer_printf(out, "| size | %zu octets, made small from %zu by %zu sessions |\n", f->smallest.len, f->input.len,
                  f->tests);
    if (c->command)
        buffer_printf(out, "| campaign | `%s` |\n", c->command);
    finding_deciding(f, c->outcome, &octets);
    if (octets.len) {
        buffer_add_string(out, "\n## The deciding octets\n\n```\n");
        put_hex(out, buffer_bytes(&octets));
        buffer_add_string(out, "```\n");
    }
    put_block(out, "Conversation", buffer_bytes(&f->transcript));
    put_block(out, "What the sanitizer said", buffer_bytes(&f->report));
    put_replay(f, c, folder, out);
    buffer_free(&octets);
}

bool finding_write(const struct finding *f, const char *folder, const struct finding_context *c, struct error *e)
{
    char path[2048];
    struct buffer scenario = {0}, summary = {0};
    snprintf(path, sizeof path, "%s/%s%s", folder, f->lead ? "leads/" : "", f->id);
    put_summary(f, c, path, &summary);
    bool good = folder_make(path, e) && finding_scenario(f, c, &scenario);
    const struct {
        const char *name;
        const struct buffer *content;
        bool always;
    } files[] = {{f->lead ? "lead.txt" : "scenario.yaml", &scenario, true},
                 {"input.smtp", &f->input, true},
                 {"smallest.smtp", &f->smallest, true},
                 {"transcript.txt", &f->transcript, true},
                 {"server.log", &f->log, false},
                 {"report.txt", &f->report, false},
                 {"summary.md", &summary, true}};
    for (size_t i = 0; good && i < sizeof files / sizeof *files; i++)
        if (files[i].always || files[i].content->len)
            good = file_write(path, files[i].name, buffer_bytes(files[i].content), e);
    buffer_free(&scenario);
    buffer_free(&summary);
    return good;
}
