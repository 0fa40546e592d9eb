#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct buffer *out, struct bytes octets)
{
    for (size_t i = 0; i < octets.len; i += 3) {
        size_t have = octets.len - i < 3 ? octets.len - i : 3;
        uint32_t group = (uint32_t)octets.data[i] << 16;
        if (have > 1)
            group |= (uint32_t)octets.data[i + 1] << 8;
        if (have > 2)
            group |= octets.data[i + 2];
        buffer_add_octet(out, (unsigned char)alphabet[group >> 18]);
        buffer_add_octet(out, (unsigned char)alphabet[group >> 12 & 63]);
        buffer_add_octet(out, have > 1 ? (unsigned char)alphabet[group >> 6 & 63] : '=');
        buffer_add_octet(out, have > 2 ? (unsigned char)alphabet[group & 63] : '=');
    }
}

static int value_of(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (octet_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct buffer *out, struct bytes text)
{
    size_t begin = out->len;
    if (text.len % 4)
        return false;
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.data[text.len - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i < text.len; i += 4) {
        size_t have = i + 4 == text.len ? 4 - padding : 4;
        uint32_t group = 0;
        for (size_t k = 0; k < 4; k++) {
            int v = k < have ? value_of(text.data[i + k]) : 0;
            if (v < 0)
                goto bad;
            group = group << 6 | (uint32_t)v;
        }
        /* Bits behind the last octet must be zero, or two texts would mean the same. */
        if ((have == 2 && (group & 0xffff)) || (have == 3 && (group & 0xff)))
            goto bad;
        buffer_add_octet(out, (unsigned char)(group >> 16));
        if (have > 2)
            buffer_add_octet(out, (unsigned char)(group >> 8 & 255));
        if (have > 3)
            buffer_add_octet(out, (unsigned char)(group & 255));
    }
    return true;
bad:
    out->len = begin;
    if (out->data)
        out->data[begin] = 0;
    return false;
}
