#include "report/results.h"

#include <errno.h>
#include <string.h>

enum { PIECE = 1 << 16 };

static bool read_all(FILE *in, struct buffer *out)
{
    for (;;) {
        unsigned char *to = buffer_reserve(out, PIECE);
        size_t got = to ? fread(to, 1, PIECE, in) : 0;
        if (!got)
            return to && !ferror(in);
        out->len += got;
    }
}

bool results_load(const char *path, struct diagnostics *d, struct results *out)
{
    struct buffer content = {0};
    bool from_stdin = !strcmp(path, "-"), ok = false;
    FILE *in = from_stdin ? stdin : fopen(path, "rb");
    *out = (struct results){0};
    if (!in || !read_all(in, &content)) {
        if (content.failed)
            d->out_of_memory = true;
        else
            diagnostics_add(d, (struct mark){path, 0, 0}, "expected a file that can be read, found: %s",
                            strerror(errno));
    } else {
        ok = results_read(from_stdin ? "standard input" : path, buffer_bytes(&content), d, out);
    }
    if (in && !from_stdin)
        fclose(in);
    buffer_free(&content);
    return ok;
}
