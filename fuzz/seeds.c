/* Makes seeds for the fuzzers from what a run of scenarios sent: seeds RESULTS.json DIR writes for each result of
 * `smtpspec test --json` the client's side of its main connection as a session (docs/fuzzing-format.md). */
#include "base/base64.h"
#include "mutate/script.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *text_of(const json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));
    return text ? text : "";
}

static void add_octets(const json_t *octets, struct buffer *out)
{
    const json_t *text = json_object_get(octets, "text");
    if (text)
        buffer_add(out, bytes_of(json_string_value(text), json_string_length(text)));
    else
        base64_decode(out, bytes_string(text_of(octets, "base64")));
}

/* One write. Its parts go out together: what would be several writes by itself is joined. */
static void add_write(struct script *s, const struct script *parsed, size_t from, size_t until, bool waited)
{
    if (s->count > 0 && !waited)
        script_insert(s, s->count, part_mark(MARK_WRITE, 0));
    for (size_t i = from; i < until; i++) {
        const struct part *p = &parsed->parts[i];
        bool chunk = p->kind == PART_CHUNK;
        if (i > from && !chunk)
            script_insert(s, s->count, part_mark(MARK_JOIN, 0));
        script_insert(s, s->count, *p);
    }
}

struct writes {
    struct buffer all; /* octets of all writes */
    size_t ends[4096]; /* where each ends */
    bool waited[4096]; /* the server spoke before it */
    struct part marks[4096];
    bool marked[4096]; /* a mark stands behind it */
    size_t count;
    bool spoke;
};

static void note_event(struct writes *w, const json_t *event)
{
    const char *kind = text_of(event, "kind"), *text = text_of(event, "text");
    size_t most = sizeof w->ends / sizeof *w->ends;
    if (!json_is_null(json_object_get(event, "connection")))
        return;
    if (strcmp(kind, "client") == 0 && w->count < most && !json_object_get(event, "tail")) {
        add_octets(json_object_get(event, "octets"), &w->all);
        w->waited[w->count] = w->spoke;
        w->spoke = false;
        w->ends[w->count++] = w->all.len;
        return;
    }
    w->spoke |= strcmp(kind, "server") == 0;
    if (w->count == 0)
        return;
    struct part mark = part_mark(MARK_STARTTLS, 0);
    if (strcmp(kind, "close") == 0 && strcmp(text, "client RST") == 0)
        mark = part_mark(MARK_RESET, 0);
    else if (strcmp(kind, "tls") != 0)
        return;
    w->marks[w->count - 1] = mark;
    w->marked[w->count - 1] = true;
}

/* Cuts the octets into parts as they are all together, so that a message or chunk that came in several writes is one.
 */
static bool assemble(const struct writes *w, struct arena *a, struct script *s)
{
    struct script parsed;
    size_t part = 0, at = 0;
    script_init(s, a);
    if (!script_parse(&parsed, a, buffer_bytes(&w->all)))
        return false;
    for (size_t i = 0; i < w->count; i++) {
        size_t first = part;
        while (part < parsed.count && at + parsed.parts[part].octets.len <= w->ends[i])
            at += parsed.parts[part++].octets.len;
        add_write(s, &parsed, first, part, w->waited[i] || i == 0);
        if (at < w->ends[i] && part < parsed.count) { /* a part that goes on in the next write */
            struct part *p = &parsed.parts[part];
            struct part front = *p;
            front.octets = bytes_slice(p->octets, 0, w->ends[i] - at);
            if (part > first && p->kind != PART_CHUNK)
                script_insert(s, s->count, part_mark(MARK_JOIN, 0));
            script_insert(s, s->count, front);
            p->octets = bytes_from(p->octets, front.octets.len);
            at = w->ends[i];
        }
        if (w->marked[i])
            script_insert(s, s->count, w->marks[i]);
    }
    return !s->failed;
}

static bool write_seed(const char *directory, const char *id, const struct script *s)
{
    char path[4096];
    struct buffer text = {0};
    script_print(s, &text);
    if (snprintf(path, sizeof path, "%s/%s", directory, id) >= (int)sizeof path)
        return false;
    for (char *c = path + strlen(directory) + 1; *c; c++)
        if (*c == '/')
            *c = '.';
    FILE *f = fopen(path, "wb");
    bool good = f && fwrite(text.data, 1, text.len, f) == text.len;
    good = f && fclose(f) == 0 && good;
    buffer_free(&text);
    return good;
}

static bool make_seed(const json_t *result, const char *directory)
{
    static struct writes w;
    struct arena *a = arena_new();
    struct script s;
    size_t i;
    json_t *event;
    buffer_free(&w.all);
    memset(&w, 0, sizeof w);
    json_array_foreach(json_object_get(result, "transcript"), i, event) note_event(&w, event);
    bool good = a && (w.count == 0 || (assemble(&w, a, &s) && write_seed(directory, text_of(result, "id"), &s)));
    buffer_free(&w.all);
    arena_free(a);
    return good;
}

int main(int argc, char **argv)
{
    json_error_t e;
    size_t i;
    json_t *result;
    if (argc != 3) {
        fprintf(stderr, "usage: seeds RESULTS.json DIR\n");
        return 2;
    }
    json_t *all = json_load_file(argv[1], 0, &e);
    if (!all) {
        fprintf(stderr, "%s:%d: %s\n", argv[1], e.line, e.text);
        return 2;
    }
    if (mkdir(argv[2], 0777) != 0 && errno != EEXIST) {
        perror(argv[2]);
        return 1;
    }
    bool good = true;
    json_array_foreach(json_object_get(all, "results"), i, result) good = make_seed(result, argv[2]) && good;
    json_decref(all);
    return good ? 0 : 1;
}
