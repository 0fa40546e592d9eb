#include "driver/delivery.h"
#include "store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Test(delivery, a_message_is_the_same_but_for_what_servers_add)
{
    const struct {
        const char *name, *sent, *found;
        bool exact, same;
    } all[] = {
        {"as sent", "Subject: a\n\nb\n", "Subject: a\n\nb\n", false, true},
        {"CRLF", "Subject: a\r\n\r\nb\r\n", "Subject: a\n\nb\n", false, true},
        {"fields in front", "Subject: a\n\nb\n", "Return-Path: <c>\nReceived: d\n\te\nSubject: a\n\nb\n", false, true},
        {"fields behind", "Subject: a\n\nb\n", "Received: d\nSubject: a\nDate: e\n\nb\n", false, true},
        {"empty line at the end", "Subject: a\n\nb\n", "Subject: a\n\nb\n\n", false, true},
        {"another body", "Subject: a\n\nb\n", "Subject: a\n\nc\n", false, false},
        {"more body", "Subject: a\n\nb\n", "Subject: a\n\nb\nc\n", false, false},
        {"a field is gone", "Subject: a\nX: y\n\nb\n", "Subject: a\n\nb\n", false, false},
        {"a body without header", "b\nc", "Received: a\n\nb\nc\n", false, true},
        {"exact", "Subject: a\r\n\r\nb\r\n", "X: y\r\nSubject: a\r\n\r\nb\r\n", true, true},
        {"exact, other line ends", "Subject: a\r\n\r\nb\r\n", "Subject: a\n\nb\n", true, false},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        cr_expect_eq(message_same(bytes_string(all[i].sent), bytes_string(all[i].found), all[i].exact), all[i].same,
                     "%s", all[i].name);
}

struct collected {
    char text[1024];
    size_t count;
};

static bool collect(void *context, struct bytes message)
{
    struct collected *c = context;
    size_t at = strlen(c->text);
    snprintf(c->text + at, sizeof c->text - at, "[%.*s]", BYTES_ARG(message));
    c->count++;
    return true;
}

Test(delivery, mbox_is_split_and_unquoted)
{
    const struct {
        const char *content, *messages;
    } all[] = {
        {"", ""},
        {"From a\nx: y\n\nb\n", "[x: y\n\nb\n]"},
        {"From a\nx\n\nFrom b\ny\n", "[x\n][y\n]"},
        {"From a\nx\n\n\nFrom b\ny\r\n\r\n", "[x\n\n][y\r\n]"},
        {"From a\n>From me\n>>From me\n> From me\n", "[From me\n>From me\n> From me\n]"},
        {"From a\nx\nFrom the middle\n", "[x\nFrom the middle\n]"},
        {"junk\nFrom a\nb\n", ""},
        {"From a\nx", "[x]"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct collected c = {0};
        mbox_split(bytes_string(all[i].content), collect, &c);
        cr_expect_str_eq(c.text, all[i].messages);
    }
}

Test(delivery, a_set_of_numbers_holds_what_was_put_in)
{
    struct number_set set = {0};
    for (uint64_t n = 0; n < 3000; n++)
        cr_assert(number_add(&set, n * 7919 + 1));
    for (uint64_t n = 0; n < 3000; n++)
        cr_assert(number_has(&set, n * 7919 + 1) && !number_add(&set, n * 7919 + 1));
    cr_expect_not(number_has(&set, 5));
    free(set.slots);
}

static void file_write(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs(text, f);
    fclose(f);
}

struct box {
    char root[64], folder[80];
    struct target *target;
    struct delivery *delivery;
};

static void box_open(struct box *b, const char *kind)
{
    char text[200];
    struct error e;
    snprintf(b->root, sizeof b->root, "/tmp/smtpspec-test-XXXXXX");
    cr_assert_not_null(mkdtemp(b->root));
    snprintf(b->folder, sizeof b->folder, "%s/new", b->root);
    mkdir(b->folder, 0700);
    snprintf(text, sizeof text, "%s/cur", b->root);
    mkdir(text, 0700);
    b->target = target_new();
    snprintf(text, sizeof text, "a@b.test=%s:%s%s", kind, b->root,
             strcmp(kind, "mbox") == 0        ? "/box"
             : strcmp(kind, "directory") == 0 ? "/new"
                                              : "");
    cr_assert(target_add_mailbox(b->target, text, &e), "%s", e.text);
    b->delivery = delivery_new(b->target);
}

static void box_close(struct box *b)
{
    char command[128];
    delivery_free(b->delivery);
    target_free(b->target);
    snprintf(command, sizeof command, "rm -rf %s", b->root);
    cr_assert_eq(system(command), 0);
}

static size_t box_count(struct box *b, struct search *s, const struct bytes *wanted)
{
    if (!s->store)
        *s = (struct search){
            .store = delivery_store(b->delivery, BYTES("A@B.test")), .wanted = wanted, .wanted_count = 1};
    search_look(s);
    return s->count;
}

Test(delivery, maildir_finds_what_came_since)
{
    struct box b;
    struct search s = {0};
    const struct bytes wanted = BYTES("needle");
    box_open(&b, "maildir");
    file_write(b.folder, "1.old", "needle from before");
    delivery_begin(b.delivery);
    cr_expect_eq(box_count(&b, &s, &wanted), 0);
    file_write(b.folder, "2.new", "a needle");
    file_write(b.folder, "3.other", "hay");
    cr_expect_eq(box_count(&b, &s, &wanted), 1);
    cr_expect(bytes_equal(search_message(&s, 0), BYTES("a needle")));
    char from[128], to[128];
    snprintf(from, sizeof from, "%s/2.new", b.folder);
    snprintf(to, sizeof to, "%s/cur/2.new:2,S", b.root);
    cr_assert_eq(rename(from, to), 0);
    cr_expect_eq(box_count(&b, &s, &wanted), 1, "the same message, read elsewhere");
    struct search again = {0};
    cr_expect_eq(box_count(&b, &again, &wanted), 1, "found where it went");
    search_free(&again);
    search_free(&s);
    box_close(&b);
}

Test(delivery, mbox_and_directory_find_what_came_since)
{
    const struct bytes wanted = BYTES("needle");
    const struct {
        const char *kind, *file, *before, *after;
        bool in_root;
    } kinds[] = {
        {"mbox", "box", "From a\nneedle old\n\n", "From a\nneedle old\n\nFrom b\nneedle new\n", true},
        {"directory", "m", NULL, "needle new\n", false},
    };
    for (size_t i = 0; i < 2; i++) {
        struct box b;
        struct search s = {0};
        box_open(&b, kinds[i].kind);
        const char *folder = kinds[i].in_root ? b.root : b.folder;
        if (kinds[i].before)
            file_write(folder, kinds[i].file, kinds[i].before);
        delivery_begin(b.delivery);
        cr_expect_eq(box_count(&b, &s, &wanted), 0, "%s", kinds[i].kind);
        file_write(folder, kinds[i].file, kinds[i].after);
        cr_expect_eq(box_count(&b, &s, &wanted), 1, "%s", kinds[i].kind);
        cr_expect_eq(box_count(&b, &s, &wanted), 1, "%s, again", kinds[i].kind);
        cr_expect(bytes_equal(search_message(&s, 0), BYTES("needle new\n")));
        search_free(&s);
        box_close(&b);
    }
}

Test(delivery, an_unknown_address_has_no_store)
{
    struct box b;
    box_open(&b, "maildir");
    cr_expect_null(delivery_store(b.delivery, BYTES("c@d.test")));
    box_close(&b);
}
