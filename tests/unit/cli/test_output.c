#include "output.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/smtpspec-output-XXXXXX";
static char path[64], link_path[64];

static void setup(void)
{
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/report", folder);
    snprintf(link_path, sizeof link_path, "%s/link", folder);
}

static void teardown(void)
{
    unlink(path);
    unlink(link_path);
    rmdir(folder);
}

static void expect_content(const char *expected)
{
    char found[64] = "";
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f);
    size_t len = fread(found, 1, sizeof found - 1, f);
    fclose(f);
    found[len] = 0;
    cr_expect_str_eq(found, expected);
}

static size_t count_entries(void)
{
    size_t n = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e; (e = readdir(d));)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

Test(output, replaces_whole_files, .init = setup, .fini = teardown)
{
    struct error e = {0};
    cr_expect(output_write(path, BYTES("one, longer"), &e), "%s", e.text);
    expect_content("one, longer");
    cr_assert_eq(chmod(path, 0640), 0);
    cr_expect(output_write(path, BYTES("two"), &e), "%s", e.text);
    expect_content("two");
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0640, "the file's mode changed to %o", st.st_mode & 0777);
    cr_expect_eq(count_entries(), 1, "something is left beside the report");
}

Test(output, a_link_stays_a_link, .init = setup, .fini = teardown)
{
    struct error e = {0};
    cr_assert(output_write(path, BYTES("one"), &e));
    cr_assert_eq(symlink(path, link_path), 0);
    cr_expect(output_write(link_path, BYTES("two"), &e), "%s", e.text);
    expect_content("two");
    struct stat st;
    cr_assert_eq(lstat(link_path, &st), 0);
    cr_expect(S_ISLNK(st.st_mode));
}

Test(output, devices_are_written_to)
{
    struct error e = {0};
    struct stat st;
    cr_expect(output_write("/dev/null", BYTES("text"), &e), "%s", e.text);
    cr_expect_not(output_write("/dev/full", BYTES("text"), &e));
    cr_expect_not_null(strstr(e.text, "/dev/full cannot be written: No space left"), "%s", e.text);
    cr_assert_eq(stat("/dev/null", &st), 0);
    cr_expect(S_ISCHR(st.st_mode));
}

Test(output, no_such_folder)
{
    struct error e = {0};
    cr_expect_not(output_write("/nowhere/report", BYTES("text"), &e));
    cr_expect_not_null(strstr(e.text, "No such file"), "%s", e.text);
    cr_expect_not(output_write("/tmp", BYTES("text"), &e));
}
