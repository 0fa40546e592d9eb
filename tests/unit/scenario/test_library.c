/* Libraries of several files, folders, and the catalogue. */
#include "sample.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    fputs(text, out);
    fclose(out);
}

#define ONE(suite) "suite: " suite "\nscenarios:\n- {id: a, title: t, requirement: own-row, steps: [{send: a}]}\n"

Test(library, folders_in_the_order_of_their_names)
{
    char folder[] = "/tmp/test-library-XXXXXX", sub[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(sub, sizeof sub, "%s/c", folder);
    mkdir(sub, 0700);
    write_file(folder, "d.yml", ONE("d"));
    write_file(folder, "b.yaml", ONE("b"));
    write_file(folder, "a.txt", "not this: [");
    write_file(folder, ".hidden.yaml", "not this: [");
    write_file(folder, "c/x.yaml", ONE("x"));
    write_file(folder, "z.yaml", sample_catalogue);
    write_file(folder, "target.yaml", "endpoint: smtp://127.0.0.1:2525\n");
    write_file(folder, "known.yaml", "- {id: b/a, reason: why}\n");
    struct library *l = library_new();
    library_add_path(l, folder);
    cr_expect(library_finish(l));
    static const char *const others[NOTED_COUNT] = {"/target.yaml", "/known.yaml"};
    for (int k = 0; k < NOTED_COUNT; k++) {
        size_t noted = 0;
        const char *const *files = library_noted(l, (enum noted)k, &noted);
        cr_assert_eq(noted, 1);
        cr_expect(bytes_ends(bytes_string(files[0]), bytes_string(others[k])));
    }
    size_t count = 0;
    const struct scenario *const *all = sample_good(l, &count);
    cr_assert_eq(count, 3);
    cr_expect_str_eq(all[0]->id, "b/a");
    cr_expect_str_eq(all[1]->id, "x/a");
    cr_expect_str_eq(all[2]->id, "d/a");
    cr_expect_eq(library_requirement(l, "own-row")->scenarios, 3);
    cr_expect_null(library_requirement(l, "own-ro"));
    library_free(l);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_expect_eq(system(command), 0);
}

Test(library, a_folder_within_itself_is_told)
{
    char folder[] = "/tmp/test-library-XXXXXX", link[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(link, sizeof link, "%s/again", folder);
    cr_assert_eq(symlink(".", link), 0);
    struct library *l = library_new();
    library_add_path(l, folder);
    cr_expect_not(library_finish(l));
    cr_expect_str_eq(library_diagnostics(l)->first->text, "expected at most 16 folders within each other, found more");
    library_free(l);
    cr_expect_eq(unlink(link), 0);
    cr_expect_eq(rmdir(folder), 0);
}

static const struct {
    const char *path;
    const char *told;
} unreadable[] = {
    {"/nonexistent/a.yaml", "expected a file that can be read, found: No such file or directory"},
    {"/dev/null", "expected a file, found something else"},
};

Test(library, files_that_cannot_be_read)
{
    for (size_t i = 0; i < COUNT(unreadable); i++) {
        struct library *l = library_new();
        library_add_path(l, unreadable[i].path);
        cr_expect_not(library_finish(l));
        cr_assert_not_null(library_diagnostics(l)->first);
        cr_expect_str_eq(library_diagnostics(l)->first->text, unreadable[i].told);
        cr_expect_str_eq(library_diagnostics(l)->first->where.file, unreadable[i].path);
        library_free(l);
    }
}

Test(library, ids_are_unique_over_files)
{
    struct library *l = library_new();
    library_add_memory(l, "c.yaml", bytes_string(sample_catalogue));
    library_add_memory(l, "a.yaml", BYTES(ONE("s")));
    library_add_memory(l, "b.yaml", BYTES(ONE("s")));
    cr_expect_not(library_finish(l));
    cr_assert_eq(library_diagnostics(l)->count, 1);
    const struct diagnostic *d = library_diagnostics(l)->first;
    cr_expect_str_eq(d->text,
                     "expected an id of its own for each result, found \"s/a\" again; it stands in a.yaml:3 already");
    cr_expect_str_eq(d->where.file, "b.yaml");
    cr_expect_eq(d->where.line, 3);
    library_free(l);
}

Test(library, rows_of_the_catalogue)
{
    struct library *l = sample_load("catalogue: c\nrfc: \"1870\"\nrequirements:\n"
                                    "- {id: size, section: \"4\", level: MAY, applies: extension SIZE, text: x, "
                                    "unobservable: y, check: some-check}\n");
    cr_expect_eq(library_diagnostics(l)->count, 0);
    const struct requirement *r = library_requirement(l, "size");
    char source[64];
    size_t count = 0;
    cr_assert_not_null(r);
    cr_expect_str_eq(requirement_source(r, source, sizeof source), "RFC 1870 section 4");
    cr_expect_str_eq(requirement_source(library_requirement(l, "own-row"), source, sizeof source), "smtpspec");
    cr_expect_str_eq(r->applies, "extension SIZE");
    cr_expect_str_eq(r->unobservable, "y");
    cr_expect_str_eq(r->check, "some-check");
    cr_expect_eq(r->level, LEVEL_MAY);
    cr_expect_eq(r->mark.line, 4);
    library_requirements(l, &count);
    cr_expect_eq(count, 4);
    library_free(l);
}

Test(library, citing_without_a_catalogue_is_a_mistake)
{
    struct library *l = library_new();
    library_add_memory(l, "a.yaml", BYTES(ONE("s")));
    cr_expect_not(library_finish(l));
    cr_expect_eq(library_diagnostics(l)->count, 1);
    library_free(l);
}

Test(library, an_empty_one_is_right)
{
    struct library *l = library_new();
    size_t count = 1;
    cr_expect(library_finish(l));
    library_scenarios(l, &count);
    cr_expect_eq(count, 0);
    library_free(l);
}
