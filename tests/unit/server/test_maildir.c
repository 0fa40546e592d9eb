#include "maildir.h"

#include "base/buffer.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static void make_folder(void)
{
    strcpy(folder, "/tmp/smtpspec-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TestSuite(maildir, .init = make_folder, .fini = remove_folder);

/* Files in a folder; the content of the last goes to `out` where it is not NULL. */
static size_t read_folder(const char *name, struct buffer *out)
{
    char path[512], file[900];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    DIR *d = opendir(path);
    if (!d)
        return 0;
    for (struct dirent *entry; (entry = readdir(d));) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        if (!out)
            continue;
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        int fd = open(file, O_RDONLY);
        cr_assert(fd >= 0);
        buffer_clear(out);
        unsigned char *space = buffer_reserve(out, 65536);
        ssize_t n = read(fd, space, 65536);
        cr_assert(n >= 0);
        out->len += (size_t)n;
        space[n] = 0;
        close(fd);
    }
    closedir(d);
    return count;
}

static const char *const mailboxes[] = {"alice", "bob"};
static struct recipient alice = {.path = {(const unsigned char *)"<alice@example.test>", 20}, .mailbox = "alice"};

static struct delivery delivery_of(struct envelope *e, struct recipient *r, size_t count, struct bytes content)
{
    e->recipients = r;
    e->count = count;
    return (struct delivery){e,      0, count, BYTES("Return-Path: <>\r\n"), BYTES("Received: from a\r\n\tby b\r\n"),
                             content};
}

static const struct {
    enum body_type body;
    struct bytes content, stored;
} texts[] = {
    {BODY_7BIT, BYTES("A: b\r\n\r\nc\r\n"), BYTES("Return-Path: <>\nReceived: from a\n\tby b\nA: b\n\nc\n")},
    {BODY_7BIT, BYTES(""), BYTES("Return-Path: <>\nReceived: from a\n\tby b\n")},
    {BODY_8BITMIME, BYTES("\0\xff\r\nx"), BYTES("Return-Path: <>\nReceived: from a\n\tby b\n\0\xff\nx")},
    {BODY_7BIT, BYTES("a\nb\r\n"), BYTES("Return-Path: <>\r\nReceived: from a\r\n\tby b\r\na\nb\r\n")},
    {BODY_7BIT, BYTES("a\r\nb\r"), BYTES("Return-Path: <>\r\nReceived: from a\r\n\tby b\r\na\r\nb\r")},
    {BODY_7BIT, BYTES("Return-Path: <a>\r\nA: b\r\n\tReturn-Path: c\r\nRETURN-path:\r\n d\r\n\r\nReturn-Path: e\r\n"),
     BYTES("Return-Path: <>\nReceived: from a\n\tby b\nA: b\n\tReturn-Path: c\n\nReturn-Path: e\n")},
    {BODY_BINARYMIME, BYTES("a\r\n"), BYTES("Return-Path: <>\r\nReceived: from a\r\n\tby b\r\na\r\n")},
};

Test(maildir, content)
{
    struct error e;
    struct buffer found = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct envelope envelope = {.body = texts[i].body};
        struct delivery d = delivery_of(&envelope, &alice, 1, texts[i].content);
        remove_folder();
        struct maildir *m = maildir_open(folder, mailboxes, 2, &e);
        cr_assert_not_null(m, "%s", e.text);
        cr_expect_eq(maildir_deliver(m, &d), DELIVERY_DONE);
        cr_expect_eq(read_folder("alice/new", &found), 1);
        cr_expect(bytes_equal(buffer_bytes(&found), texts[i].stored), "row %zu: %s", i, buffer_string(&found));
        cr_expect_eq(read_folder("alice/tmp", NULL), 0);
        maildir_free(m);
    }
    buffer_free(&found);
}

Test(maildir, recipients)
{
    struct recipient r[] = {alice, {.mailbox = "bob"}, alice, {.mailbox = NULL}, {.mailbox = "postmaster"}};
    struct envelope envelope = {0};
    struct delivery d = delivery_of(&envelope, r, 5, BYTES("x\r\n"));
    struct buffer found = {0};
    struct maildir *m = maildir_open(folder, mailboxes, 2, NULL);
    cr_assert_not_null(m);
    cr_expect_eq(maildir_deliver(m, &d), DELIVERY_DONE);
    cr_expect_eq(read_folder("alice/new", NULL), 1, "one copy for one mailbox");
    cr_expect_eq(read_folder("bob/new", NULL), 1);
    cr_expect_eq(read_folder("postmaster/new", NULL), 1);
    cr_expect_eq(read_folder("@relay/new", &found), 1);
    cr_expect_str_eq(buffer_string(&found), "Received: from a\n\tby b\nx\n", "only final delivery adds Return-Path");
    d.first = 1;
    d.count = 1;
    cr_expect_eq(maildir_deliver(m, &d), DELIVERY_DONE);
    cr_expect_eq(read_folder("bob/new", NULL), 2);
    cr_expect_eq(read_folder("alice/new", NULL), 1);
    maildir_free(m);
    buffer_free(&found);
}

/* Where one copy fails, no other stays: in the writing, and in the renaming. */
Test(maildir, all_or_nothing)
{
    static const char *const spoilt[] = {"bob/tmp", "bob/new"};
    struct recipient r[] = {alice, {.mailbox = "bob"}};
    for (size_t i = 0; i < 2; i++) {
        struct envelope envelope = {0};
        struct delivery d = delivery_of(&envelope, r, 2, BYTES("x\r\n"));
        char path[600];
        remove_folder();
        struct maildir *m = maildir_open(folder, mailboxes, 2, NULL);
        snprintf(path, sizeof path, "%s/%s", folder, spoilt[i]);
        cr_assert_eq(rmdir(path), 0);
        close(open(path, O_CREAT | O_WRONLY, 0600));
        cr_expect_eq(maildir_deliver(m, &d), DELIVERY_LATER, "%s", spoilt[i]);
        cr_expect_eq(read_folder("alice/new", NULL) + read_folder("alice/tmp", NULL), 0, "%s", spoilt[i]);
        cr_expect_eq(read_folder("bob/tmp", NULL), 0, "%s", spoilt[i]);
        cr_assert_eq(unlink(path), 0);
        cr_assert_eq(mkdir(path, 0700), 0);
        cr_expect_eq(maildir_deliver(m, &d), DELIVERY_DONE, "it goes on when the trouble is over");
        maildir_free(m);
    }
}

Test(maildir, a_folder_that_went_away_is_made_again)
{
    struct envelope envelope = {0};
    struct delivery d = delivery_of(&envelope, &alice, 1, BYTES("x\r\n"));
    char path[600];
    struct maildir *m = maildir_open(folder, mailboxes, 2, NULL);
    snprintf(path, sizeof path, "%s/alice", folder);
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    cr_expect_eq(maildir_deliver(m, &d), DELIVERY_DONE);
    cr_expect_eq(read_folder("alice/new", NULL), 1);
    maildir_free(m);
}

Test(maildir, wrong_folder)
{
    struct error e;
    cr_expect_null(maildir_open("/dev/null/x", mailboxes, 2, &e));
    cr_expect_not_null(strstr(e.text, "/dev/null/x"));
}
