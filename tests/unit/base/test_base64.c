/* Base64: the vectors of RFC 4648 section 10 both ways, and what is not canonical is refused. */
#include "base/base64.h"

#include <criterion/criterion.h>

static const struct {
    const char *octets, *text;
} vectors[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};

Test(base64, vectors)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct buffer b = {0};
        base64_encode(&b, bytes_string(vectors[i].octets));
        cr_expect_str_eq(buffer_string(&b), vectors[i].text);
        buffer_clear(&b);
        cr_expect(base64_decode(&b, bytes_string(vectors[i].text)), "%s", vectors[i].text);
        cr_expect_str_eq(buffer_string(&b), vectors[i].octets);
        buffer_free(&b);
    }
}

Test(base64, all_octets_come_back)
{
    unsigned char all[256];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)i;
    for (size_t len = 0; len <= sizeof all; len++) {
        struct buffer text = {0}, back = {0};
        base64_encode(&text, bytes_of(all, len));
        cr_assert(base64_decode(&back, buffer_bytes(&text)), "%zu", len);
        cr_assert(bytes_equal(buffer_bytes(&back), bytes_of(all, len)), "%zu", len);
        buffer_free(&text);
        buffer_free(&back);
    }
}

static const char *const refused[] = {"Z",    "Zg",       "Zg=",  "Zg===",  "=",     "====",
                                      "Zm=v", "Zg==Zg==", "Zh==", "Zm9=",   "Zm9v ", "Zm9v\r\n",
                                      "Zm9-", "Zm9_",     "*",    "Zg==\n", "Z g==", "\x80m9v"};

Test(base64, refused)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct buffer b = {0};
        buffer_add_string(&b, "before");
        cr_expect_not(base64_decode(&b, bytes_string(refused[i])), "%s", refused[i]);
        cr_expect_str_eq(buffer_string(&b), "before");
        buffer_free(&b);
    }
}
