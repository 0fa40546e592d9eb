#include "reference.h"

#include "base/text.h"
#include "net/net.h"
#include "server/defect.h"
#include "server/style.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool say_unknown(const char *option, const char *word, const char *const *names, size_t count, struct error *e)
{
    const char *near = text_nearest(bytes_string(word), names, count);
    return error_set(e, "%s: expected a name that 'smtpspec serve --list-%ss' shows, found '%s'%s%s%s", option,
                     option + 2, word, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

bool reference_knows(const char *defect, const char *style, struct error *e)
{
    const char *names[(int)DEFECT_COUNT + (int)STYLE_COUNT];
    size_t count;
    if (defect && defect_find(bytes_string(defect)) == DEFECT_NONE) {
        const struct defect_info *rows = defect_table(&count);
        for (size_t i = 0; i < count; i++)
            names[i] = rows[i].name;
        return say_unknown("--defect", defect, names, count, e);
    }
    if (style && style_find(bytes_string(style)) == STYLE_NONE) {
        const struct style_info *rows = style_table(&count);
        for (size_t i = 0; i < count; i++)
            names[i] = rows[i].name;
        return say_unknown("--style", style, names, count, e);
    }
    return true;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st;
    (void)kind;
    (void)place;
    remove(path);
    return 0;
}

void reference_stop(struct reference *r)
{
    if (r->server)
        server_stop(r->server);
    if (r->folder[0])
        nftw(r->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    *r = (struct reference){0};
}

static bool make_folder(struct reference *r, struct error *e)
{
    const char *parent = getenv("TMPDIR");
    int len = snprintf(r->folder, sizeof r->folder, "%s/smtpspec-XXXXXX", parent && *parent ? parent : "/tmp");
    if (len > 0 && (size_t)len < sizeof r->folder && mkdtemp(r->folder))
        return true;
    error_set(e, "expected to make a folder for the reference server's mail, found: %s", strerror(errno));
    r->folder[0] = 0;
    return false;
}

static bool fill_endpoints(struct target *t, const struct reference *r, struct error *e)
{
    char text[64];
    int lmtp = server_lmtp_port(r->server);
    snprintf(text, sizeof text, "%s://127.0.0.1:%d", lmtp ? "lmtp" : "smtp", lmtp ? lmtp : server_port(r->server));
    if (!endpoint_parse(t->arena, text, &t->endpoint, e))
        return false;
    snprintf(text, sizeof text, "smtps://127.0.0.1:%d", server_tls_port(r->server));
    return lmtp || endpoint_parse(t->arena, text, &t->implicit_tls, e);
}

static void fill_facts(struct target *t)
{
    t->name = "reference server";
    t->recipient = "alice@example.test";
    t->recipient2 = "bob@example.test";
    t->unknown = "nobody@example.test";
    t->user = "alice";
    t->password = "secret";
    /* It delivers before it answers. */
    t->settle_ms = 0;
}

static bool fill_mailboxes(struct target *t, const struct reference *r, struct error *e)
{
    static const char *const boxes[] = {"alice", "bob"};
    char text[640];
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        snprintf(text, sizeof text, "%s@example.test=maildir:%s/%s", boxes[i], r->folder, boxes[i]);
        if (!target_add_mailbox(t, text, e))
            return false;
    }
    fill_facts(t);
    return true;
}

static bool fill_target(struct target *t, const struct reference *r, struct error *e)
{
    return fill_endpoints(t, r, e) && fill_mailboxes(t, r, e);
}

struct target *reference_start(struct reference *r, bool lmtp, const char *defect, const char *style, struct error *e)
{
    *r = (struct reference){0};
    const char *smtp = lmtp ? NULL : "0";
    struct server_options options = {
        .port = smtp, .tls_port = smtp, .lmtp_port = lmtp ? "0" : NULL, .defect = defect, .style = style};
    struct target *t = NULL;
    if (!make_folder(r, e))
        goto out;
    options.maildir = r->folder;
    if (!server_start(&options, &r->server, e))
        goto out;
    t = target_new();
    if (t && fill_target(t, r, e))
        return t;
    if (!t)
        error_set(e, "out of memory");
out:
    target_free(t);
    reference_stop(r);
    return NULL;
}

/* A port that was free a moment ago. */
static int free_port(struct error *e)
{
    int fd = net_listen("127.0.0.1", "0", e);
    int port = fd >= 0 ? net_listen_port(fd) : 0;
    if (fd >= 0)
        close(fd);
    return port;
}

/* Within single quotes of the shell. */
static void put_quoted(struct buffer *out, const char *text)
{
    buffer_add_octet(out, '\'');
    for (; *text; text++)
        if (*text == '\'')
            buffer_add_string(out, "'\\''");
        else
            buffer_add_octet(out, (unsigned char)*text);
    buffer_add_octet(out, '\'');
}

static bool put_command(struct buffer *out, const char *folder, const char *defect, const char *style)
{
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len <= 0)
        return false;
    program[len] = 0;
    buffer_add_string(out, "exec ");
    put_quoted(out, program);
    buffer_add_string(out, " serve --listen 127.0.0.1:$SMTPSPEC_PORT");
    buffer_add_string(out, " --maildir ");
    put_quoted(out, folder);
    if (defect)
        buffer_printf(out, " --defect %s", defect);
    if (style)
        buffer_printf(out, " --style %s", style);
    return !buffer_failed(out);
}

struct target *reference_launch(struct reference *r, const char *defect, const char *style, struct error *e)
{
    char endpoint[64];
    struct buffer command = {0};
    struct target *t = target_new();
    *r = (struct reference){0};
    int port = t && make_folder(r, e) ? free_port(e) : 0;
    snprintf(endpoint, sizeof endpoint, "smtp://127.0.0.1:%d", port);
    if (port && endpoint_parse(t->arena, endpoint, &t->endpoint, e) &&
        put_command(&command, r->folder, defect, style) && fill_mailboxes(t, r, e))
        t->launch_start = arena_string(t->arena, buffer_string(&command));
    buffer_free(&command);
    if (t && t->launch_start)
        return t;
    if (!t)
        error_set(e, "out of memory");
    reference_stop(r);
    target_free(t);
    return NULL;
}
