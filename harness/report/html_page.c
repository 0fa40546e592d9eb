#include "html_page.h"

#include "page_files.h"

#include "base/base64.h"

#include <assert.h>
#include <openssl/evp.h>
#include <string.h>

static struct bytes page_file(struct bytes name)
{
    for (size_t i = 0; i < page_count; i++) {
        struct bytes path = bytes_string(page_files[i].name);
        if (bytes_ends(path, name) && path.data[path.len - name.len - 1] == '/')
            return bytes_of(page_files[i].data, page_files[i].len);
    }
    assert(0 && "a template names a file that is not below reports/page/");
    return bytes_of(NULL, 0);
}

/* Cuts what stands before the next `{{NAME}}`, and the name. False: there is no further one. */
static bool next_name(struct bytes *rest, struct bytes *before, struct bytes *name)
{
    size_t at = bytes_find(*rest, BYTES("{{"));
    if (at == BYTES_NONE)
        return false;
    *before = bytes_slice(*rest, 0, at);
    *rest = bytes_from(*rest, at + 2);
    *name = bytes_slice(*rest, 0, bytes_find(*rest, BYTES("}}")));
    *rest = bytes_from(*rest, name->len + 2);
    return true;
}

/* The element that a name stands for, as "style" of "style:report.css"; NULL: none. */
static const char *element_of(struct bytes name, struct bytes *file)
{
    static const char *const elements[] = {"style", "script"};
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        size_t len = strlen(elements[i]);
        if (bytes_starts(name, bytes_string(elements[i])) && name.len > len && name.data[len] == ':') {
            *file = bytes_from(name, len + 1);
            return elements[i];
        }
    }
    return NULL;
}

static void put_sources(struct buffer *out, struct bytes template, const char *element)
{
    struct bytes before, name, file;
    buffer_printf(out, "; %s-src", element);
    while (next_name(&template, &before, &name)) {
        const char *of = element_of(name, &file);
        unsigned char digest[32];
        if (!of || strcmp(of, element) != 0)
            continue;
        struct bytes content = page_file(file);
        out->failed |= !EVP_Digest(content.data, content.len, digest, NULL, EVP_sha256(), NULL);
        buffer_add_string(out, " 'sha256-");
        base64_encode(out, bytes_of(digest, sizeof digest));
        buffer_add_string(out, "'");
    }
}

static void put_policy(struct buffer *out, struct bytes template)
{
    buffer_add_string(out, "default-src 'none'; base-uri 'none'; form-action 'none'");
    put_sources(out, template, "style");
    put_sources(out, template, "script");
}

static void fill(struct bytes template, struct bytes whole, const struct html_part *parts, size_t count, void *page,
                 struct buffer *out);

/* `whole`: the page's own template, which its policy goes by. */
static void put_named(struct bytes name, struct bytes whole, const struct html_part *parts, size_t count, void *page,
                      struct buffer *out)
{
    struct bytes file;
    const char *element = element_of(name, &file);
    if (element) {
        buffer_printf(out, "<%s>", element);
        buffer_add(out, page_file(file));
        buffer_printf(out, "</%s>", element);
        return;
    }
    if (bytes_equal(name, BYTES("policy"))) {
        put_policy(out, whole);
        return;
    }
    if (bytes_equal(name, BYTES("begin"))) {
        fill(page_file(BYTES("begin.html")), whole, parts, count, page, out);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(name, bytes_string(parts[i].name))) {
            parts[i].put(page, out);
            return;
        }
    assert(0 && "a template names a part that there is not");
}

static void fill(struct bytes template, struct bytes whole, const struct html_part *parts, size_t count, void *page,
                 struct buffer *out)
{
    struct bytes before, name;
    while (next_name(&template, &before, &name)) {
        buffer_add(out, before);
        put_named(name, whole, parts, count, page, out);
    }
    buffer_add(out, template);
}

bool html_fill(const char *template, const struct html_part *parts, size_t count, void *page, struct buffer *out)
{
    struct bytes whole = page_file(bytes_string(template));
    fill(whole, whole, parts, count, page, out);
    return !buffer_failed(out);
}
