#include "coverage.h"

#include "base/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* AFL++ ends a program whose map does not fit, so the segment is big and only the used part is looked at. */
enum { SEGMENT = 4 << 20, USUAL = 65536, WORD = 8, VARIES = 3 };

struct coverage {
    unsigned char *map;
    size_t size; /* of the part that is looked at; a multiple of WORD */
    unsigned char *seen;
    unsigned char *count_varied, *edge_varied; /* how often, up to VARIES; then it is not looked at */
    size_t edges, masked_count;
    uint32_t *found;
    char texts[2][48];
    const char *environment[3];
};

/* Servers change their user after they were started, and what they run then attaches anew: hence 0666. */
static unsigned char *segment_new(int *id)
{
    *id = shmget(IPC_PRIVATE, SEGMENT, IPC_CREAT | IPC_EXCL | 0666);
    if (*id < 0)
        return NULL;
    void *map = shmat(*id, NULL, 0);
    return (intptr_t)map == -1 ? NULL : map;
}

struct coverage *coverage_new(struct error *e)
{
    int id;
    struct coverage *c = calloc(1, sizeof *c);
    if (!c) {
        error_set(e, "out of memory");
        return NULL;
    }
    c->map = segment_new(&id);
    c->size = USUAL;
    c->seen = calloc(1, SEGMENT);
    c->count_varied = calloc(1, SEGMENT);
    c->edge_varied = calloc(1, SEGMENT);
    c->found = malloc(SEGMENT * sizeof *c->found);
    if (!c->map || !c->seen || !c->count_varied || !c->edge_varied || !c->found) {
        error_set(e, "expected shared memory for the coverage map, found: %s", strerror(errno));
        coverage_free(c);
        return NULL;
    }
    /* Linux lets processes attach by number after this as long as one has it; it cannot be left behind. */
    shmctl(id, IPC_RMID, NULL);
    snprintf(c->texts[0], sizeof c->texts[0], "__AFL_SHM_ID=%d", id);
    snprintf(c->texts[1], sizeof c->texts[1], "AFL_MAP_SIZE=%d", SEGMENT);
    c->environment[0] = c->texts[0];
    c->environment[1] = c->texts[1];
    return c;
}

void coverage_free(struct coverage *c)
{
    if (!c)
        return;
    if (c->map)
        shmdt(c->map);
    free(c->seen);
    free(c->count_varied);
    free(c->edge_varied);
    free(c->found);
    free(c);
}

const char *const *coverage_environment(const struct coverage *c)
{
    return c->environment;
}

/* AFL++'s runtime names a variable that it reads, fuzz/coverage.c says what it is: a program without either text is
 * never run. They are put together here, or this very program would be taken for one. */
static bool names_a_map(const void *at, size_t size)
{
    static const char *const halves[][2] = {{"__AFL_SHM", "_FUZZ_ID"}, {"smtpspec-coverage", "-map"}};
    char needle[32];
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        int len = snprintf(needle, sizeof needle, "%s%s", halves[i][0], halves[i][1]);
        if (memmem(at, size, needle, (size_t)len))
            return true;
    }
    return false;
}

static bool program_is_instrumented(const char *path)
{
    struct stat st;
    bool found = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && st.st_size > 0) {
        void *at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at != MAP_FAILED) {
            found = names_a_map(at, (size_t)st.st_size);
            munmap(at, (size_t)st.st_size);
        }
    }
    close(fd);
    return found;
}

_Noreturn static void ask_child(const char *path, int output)
{
    const char *const argv[] = {"asked-for-its-map", NULL};
    const char *const environment[] = {"AFL_DUMP_MAP_SIZE=1", "ASAN_OPTIONS=detect_leaks=0", NULL};
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 2);
    dup2(output, 1);
    execve(path, (char **)argv, (char **)environment);
    _exit(127);
}

/* The runtime prints the size and ends the program before its main begins. 0: it did not say. */
static size_t program_ask(const char *path)
{
    int pipe_ends[2], status;
    char text[32] = "";
    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        return 0;
    pid_t pid = fork();
    if (pid == 0)
        ask_child(path, pipe_ends[1]);
    close(pipe_ends[1]);
    ssize_t got = pid > 0 ? read(pipe_ends[0], text, sizeof text - 1) : 0;
    close(pipe_ends[0]);
    if (pid > 0)
        waitpid(pid, &status, 0);
    return got > 0 ? strtoul(text, NULL, 10) : 0;
}

bool coverage_measure(struct coverage *c, pid_t pid)
{
    char path[64], program[4096];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
    ssize_t len = readlink(path, program, sizeof program - 1);
    if (len <= 0 || !program_is_instrumented(path))
        return false;
    program[len] = 0;
    size_t size = program_ask(path);
    if (size == 0)
        return false;
    c->size = (size < SEGMENT ? size : SEGMENT) + WORD - 1;
    c->size -= c->size % WORD;
    return true;
}

bool coverage_counted(const struct coverage *c)
{
    size_t i = 1; /* the runtime sets the first one by itself */
    while (i < c->size && !c->map[i])
        i++;
    return i < c->size;
}

void coverage_clear(struct coverage *c)
{
    memset(c->map, 0, c->size);
}

static unsigned bucket_of(unsigned char n)
{
    if (n <= 3)
        return n - 1u;
    if (n < 32)
        return n < 8 ? 3 : n < 16 ? 4 : 5;
    return n < 128 ? 6 : 7;
}

static size_t word_read(struct coverage *c, size_t at, size_t count)
{
    for (size_t i = at; i < at + WORD; i++) {
        unsigned char n = c->map[i];
        if (!n || i == 0)
            continue;
        if (!c->seen[i]) {
            c->seen[i] = 1;
            c->edges++;
        }
        if (c->edge_varied[i] < VARIES)
            c->found[count++] = (uint32_t)(i * COVERAGE_BUCKETS + (c->count_varied[i] < VARIES ? bucket_of(n) : 0));
    }
    return count;
}

const uint32_t *coverage_read(struct coverage *c, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < c->size; i += WORD) {
        uint64_t word;
        memcpy(&word, c->map + i, WORD);
        if (word)
            *count = word_read(c, i, *count);
    }
    return c->found;
}

void coverage_count_varies(struct coverage *c, uint32_t edge)
{
    if (edge < SEGMENT && c->count_varied[edge] < VARIES)
        c->count_varied[edge]++;
}

void coverage_edge_varies(struct coverage *c, uint32_t edge)
{
    if (edge < SEGMENT && c->edge_varied[edge] < VARIES && ++c->edge_varied[edge] == VARIES)
        c->masked_count++;
}

void coverage_mask(struct coverage *c, uint32_t edge)
{
    while (edge < SEGMENT && c->edge_varied[edge] < VARIES)
        coverage_edge_varies(c, edge);
}

size_t coverage_edges(const struct coverage *c)
{
    return c->edges;
}

size_t coverage_size(const struct coverage *c)
{
    return c->size;
}

size_t coverage_masked(const struct coverage *c)
{
    return c->masked_count;
}
