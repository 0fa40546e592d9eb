/* Writes the named scenario files in the form that is quick to load, one behind the other, each with its length before
 * it in four octets, the least first: pack OUT FILE... */
#include "scenario/library.h"

#include <stdio.h>

enum { FIRST = 2, HEAD = 4, PIECE = 1 << 16 };

static bool read_file(const char *name, struct buffer *out)
{
    FILE *in = fopen(name, "rb");
    for (size_t got = in ? 1 : 0; got;) {
        unsigned char *to = buffer_reserve(out, PIECE);
        got = to ? fread(to, 1, PIECE, in) : 0;
        out->len += got;
    }
    bool good = in && !ferror(in) && !buffer_failed(out);
    if (in)
        fclose(in);
    return good;
}

static bool pack(FILE *out, const char *name)
{
    struct buffer content = {0}, packed = {0};
    bool good = read_file(name, &content) && library_pack(name, buffer_bytes(&content), &packed);
    for (unsigned i = 0; good && i < HEAD; i++)
        good = putc((int)(packed.len >> 8 * i & 0xff), out) != EOF;
    good = good && fwrite(buffer_bytes(&packed).data, 1, packed.len, out) == packed.len;
    buffer_free(&content);
    buffer_free(&packed);
    if (!good)
        perror(name);
    return good;
}

int main(int argc, char **argv)
{
    FILE *out = argc > FIRST ? fopen(argv[1], "wb") : NULL;
    if (!out) {
        fprintf(stderr, "usage: pack OUT FILE...; OUT must be a file that can be written\n");
        return 2;
    }
    for (int i = FIRST; i < argc; i++)
        if (!pack(out, argv[i]))
            return 1;
    return fclose(out) == 0 ? 0 : 1;
}
