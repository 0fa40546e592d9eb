#include "page_sources.h"

#include "cli/embedded.h"

#include <string.h>

enum { FILE_MOST = 16 * 1024 * 1024 };

static struct bytes embedded_text(const char *name)
{
    for (size_t i = 0; i < embedded_count; i++)
        if (!strcmp(embedded_files[i].name, name))
            return bytes_of(embedded_files[i].data, embedded_files[i].len);
    return bytes_of(NULL, 0);
}

static void read_file(struct page_sources *s, const char *name)
{
    FILE *in = sources_path_exists(name) ? fopen(name, "rb") : NULL;
    buffer_clear(&s->content);
    s->file = name;
    while (in && s->content.len < FILE_MOST) {
        unsigned char *to = buffer_reserve(&s->content, 65536);
        size_t got = to ? fread(to, 1, 65536, in) : 0;
        if (!got)
            break;
        s->content.len += got;
    }
    if (in)
        fclose(in);
}

static struct bytes source_text(void *sources, const char *file)
{
    struct page_sources *s = sources;
    struct bytes inside = embedded_text(file);
    if (inside.data || !s->from_disk)
        return inside;
    if (!s->file || strcmp(s->file, file) != 0)
        read_file(s, file);
    return buffer_bytes(&s->content);
}

void page_sources_use(struct page_sources *s, const struct library *l, struct report_context *c)
{
    c->catalogue = library_requirements(l, &c->catalogue_count);
    c->source = source_text;
    c->sources = s;
}

void page_sources_free(struct page_sources *s)
{
    buffer_free(&s->content);
}
