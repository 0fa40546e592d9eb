#include "reference.h"

#include "base/text.h"
#include "server/defect.h"
#include "server/style.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool fill_target(struct target *t, const struct reference *r, struct error *e)
{
    static const char *const boxes[] = {"alice", "bob"};
    char text[640];
    if (!fill_endpoints(t, r, e))
        return false;
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        snprintf(text, sizeof text, "%s@example.test=maildir:%s/%s", boxes[i], r->folder, boxes[i]);
        if (!target_add_mailbox(t, text, e))
            return false;
    }
    t->name = "reference server";
    t->recipient = "alice@example.test";
    t->recipient2 = "bob@example.test";
    t->unknown = "nobody@example.test";
    t->user = "alice";
    t->password = "secret";
    /* It delivers before it answers. */
    t->settle_ms = 0;
    return true;
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
