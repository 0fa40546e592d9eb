/* Runs a fuzz target over files without a fuzzing engine: each argument is an input or a folder of inputs. With it the
 * targets are regression tests under any compiler. */
#include "base/buffer.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

static bool run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct buffer input = {0};
    unsigned char piece[4096];
    size_t n;
    if (!f) {
        perror(path);
        return false;
    }
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buffer_add(&input, bytes_of(piece, n));
    fclose(f);
    /* Of its exact size, so that a sanitizer sees a read behind its end. */
    unsigned char *exact = malloc(input.len ? input.len : 1);
    if (!exact || buffer_failed(&input))
        abort();
    if (input.len)
        memcpy(exact, input.data, input.len);
    LLVMFuzzerTestOneInput(exact, input.len);
    free(exact);
    buffer_free(&input);
    return true;
}

static bool run(const char *path, size_t *count)
{
    struct stat status;
    struct dirent **names;
    bool good = true;
    if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode)) {
        ++*count;
        return run_file(path);
    }
    int found = scandir(path, &names, NULL, alphasort);
    if (found < 0) {
        perror(path);
        return false;
    }
    for (int i = 0; i < found; i++) {
        char inside[4096];
        if (names[i]->d_name[0] != '.' &&
            snprintf(inside, sizeof inside, "%s/%s", path, names[i]->d_name) < (int)sizeof inside)
            good = run(inside, count) && good;
        free(names[i]);
    }
    free(names);
    return good;
}

/* What was reached until then counts too, where coverage is measured. */
__attribute__((weak)) int __llvm_profile_write_file(void);
static void aborted(int signal)
{
    (void)signal;
    if (__llvm_profile_write_file)
        __llvm_profile_write_file();
}

int main(int argc, char **argv)
{
    size_t count = 0;
    bool good = true;
    signal(SIGABRT, aborted);
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        good = run(argv[i], &count) && good;
    printf("%zu inputs run\n", count);
    return good && count > 0 ? 0 : 1;
}
