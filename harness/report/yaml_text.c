#include "yaml_text.h"

#include "rows.h"

void yaml_text(struct buffer *out, const char *text)
{
    struct buffer safe = {0};
    row_text(&safe, text);
    buffer_add_octet(out, '"');
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.data[i] == '"' || safe.data[i] == '\\')
            buffer_add_octet(out, '\\');
        buffer_add_octet(out, safe.data[i]);
    }
    buffer_add_octet(out, '"');
    out->failed |= safe.failed;
    buffer_free(&safe);
}
