#include "maildir.h"
#include "header.h"

#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char relay[] = "@relay"; /* no local part: a mailbox can't have that name */

struct maildir {
    int folder;
    atomic_ulong count;
    char host[64];
};

/* One file of a delivery. */
struct copy {
    const char *mailbox;
    char name[160];
    enum { COPY_NONE, COPY_WRITTEN, COPY_NEW } state;
};

static bool make_folder(int at, const char *name)
{
    return mkdirat(at, name, 0700) == 0 || errno == EEXIST;
}

static bool make_mailbox(const struct maildir *m, const char *mailbox)
{
    static const char *const parts[] = {"", "/tmp", "/new", "/cur"};
    char path[300];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (snprintf(path, sizeof path, "%s%s", mailbox, parts[i]) >= (int)sizeof path || !make_folder(m->folder, path))
            return false;
    return true;
}

struct maildir *maildir_open(const char *path, const char *const *mailboxes, size_t count, struct error *e)
{
    struct maildir *m = calloc(1, sizeof *m);
    if (!m)
        return error_set(e, "out of memory"), NULL;
    m->folder = -1;
    if (!make_folder(AT_FDCWD, path) || (m->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
        error_set(e, "the maildir folder %s cannot be used: %s", path, strerror(errno));
        goto fail;
    }
    for (size_t i = 0; i < count; i++)
        if (!make_mailbox(m, mailboxes[i])) {
            error_set(e, "no maildir can be made at %s/%s: %s", path, mailboxes[i], strerror(errno));
            goto fail;
        }
    if (gethostname(m->host, sizeof m->host - 1) != 0 || !m->host[0])
        strcpy(m->host, "localhost");
    for (char *c = m->host; *c; c++)
        if (*c == '/' || *c == ':')
            *c = '-';
    return m;
fail:
    maildir_free(m);
    return NULL;
}

void maildir_free(struct maildir *m)
{
    if (!m)
        return;
    if (m->folder >= 0)
        close(m->folder);
    free(m);
}

/* True when each CR has its LF and each LF its CR: then LF alone can stand for both without loss. */
static bool is_text(struct bytes content)
{
    for (size_t i = 0; i < content.len; i++) {
        bool cr = content.data[i] == '\r';
        if (cr && (i + 1 == content.len || content.data[i + 1] != '\n'))
            return false;
        if (content.data[i] == '\n' && (i == 0 || content.data[i - 1] != '\r'))
            return false;
    }
    return true;
}

static void add_text(struct buffer *out, struct bytes text)
{
    while (text.len > 0) {
        size_t cr = bytes_find_octet(text, '\r');
        buffer_add(out, bytes_slice(text, 0, cr));
        text = bytes_from(text, cr == BYTES_NONE ? text.len : cr + 1);
    }
}

static void make_text(const struct delivery *d, bool local, struct buffer *out)
{
    bool text = d->envelope->body != BODY_BINARYMIME && is_text(d->content);
    void (*add)(struct buffer *, struct bytes) = text ? add_text : buffer_add;
    struct bytes header = header_section(d->content), field;
    if (local)
        add(out, d->return_path);
    add(out, d->received);
    /* Final delivery: a Return-Path that came along would stand beside ours (section 4.4). */
    for (struct bytes rest = header; header_next_field(&rest, &field);)
        if (!local || !header_field_is(field, BYTES("Return-Path:")))
            add(out, field);
    add(out, bytes_from(d->content, header.len));
}

static enum delivery_status why(void)
{
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? DELIVERY_NO_ROOM : DELIVERY_LATER;
}

static void path_of(const struct copy *c, const char *part, char *out, size_t size)
{
    snprintf(out, size, "%s/%s/%s", c->mailbox, part, c->name);
}

static enum delivery_status write_copy(struct maildir *m, struct copy *c, struct bytes octets)
{
    char path[512];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(c->name, sizeof c->name, "%lld.M%06ldP%dQ%lu.%s", (long long)now.tv_sec, now.tv_nsec / 1000, (int)getpid(),
             atomic_fetch_add(&m->count, 1), m->host);
    path_of(c, "tmp", path, sizeof path);
    int fd = openat(m->folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == ENOENT && make_mailbox(m, c->mailbox))
        fd = openat(m->folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return why();
    c->state = COPY_WRITTEN;
    enum delivery_status status = DELIVERY_DONE;
    while (octets.len > 0) {
        ssize_t n = write(fd, octets.data, octets.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            status = why();
            break;
        }
        octets = bytes_from(octets, (size_t)n);
    }
    if (close(fd) != 0 && status == DELIVERY_DONE)
        status = why();
    return status;
}

static enum delivery_status publish(struct maildir *m, struct copy *c)
{
    char from[512], to[512];
    path_of(c, "tmp", from, sizeof from);
    path_of(c, "new", to, sizeof to);
    if (renameat(m->folder, from, m->folder, to) != 0)
        return why();
    c->state = COPY_NEW;
    return DELIVERY_DONE;
}

static void take_back(struct maildir *m, struct copy *copies, size_t count)
{
    char path[512];
    for (size_t i = 0; i < count; i++)
        if (copies[i].state != COPY_NONE) {
            path_of(&copies[i], copies[i].state == COPY_NEW ? "new" : "tmp", path, sizeof path);
            unlinkat(m->folder, path, 0);
        }
}

/* The mailboxes of a delivery, each once. */
static size_t collect(const struct delivery *d, struct copy *copies)
{
    size_t count = 0;
    for (size_t i = d->first; i < d->first + d->count; i++) {
        const char *mailbox = d->envelope->recipients[i].mailbox ? d->envelope->recipients[i].mailbox : relay;
        size_t k = 0;
        while (k < count && strcmp(copies[k].mailbox, mailbox) != 0)
            k++;
        if (k == count)
            copies[count++].mailbox = mailbox;
    }
    return count;
}

/* The text of the file for a mailbox: made once for all local ones and once for relaying. */
static const struct buffer *text_for(const struct delivery *d, const struct copy *c, struct buffer texts[2])
{
    bool local = c->mailbox != relay;
    struct buffer *text = &texts[local];
    if (text->len == 0)
        make_text(d, local, text);
    return buffer_failed(text) ? NULL : text;
}

enum delivery_status maildir_deliver(struct maildir *m, const struct delivery *d)
{
    struct buffer texts[2] = {0};
    struct copy *copies = calloc(d->count, sizeof *copies);
    if (!copies)
        return DELIVERY_LATER;
    size_t count = collect(d, copies);
    enum delivery_status status = DELIVERY_DONE;
    for (size_t i = 0; i < count && status == DELIVERY_DONE; i++) {
        const struct buffer *text = text_for(d, &copies[i], texts);
        status = text ? write_copy(m, &copies[i], buffer_bytes(text)) : DELIVERY_LATER;
    }
    for (size_t i = 0; i < count && status == DELIVERY_DONE; i++)
        status = publish(m, &copies[i]);
    if (status != DELIVERY_DONE)
        take_back(m, copies, count);
    buffer_free(&texts[0]);
    buffer_free(&texts[1]);
    free(copies);
    return status;
}
