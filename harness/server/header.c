#include "header.h"

struct bytes header_section(struct bytes message)
{
    struct bytes rest = message, line;
    size_t len = 0;
    while (bytes_next_line(&rest, &line) && line.len > 0)
        len = message.len - rest.len;
    return bytes_slice(message, 0, len);
}

bool header_next_field(struct bytes *rest, struct bytes *field)
{
    struct bytes start = *rest, line;
    if (!bytes_next_line(rest, &line))
        return false;
    while (rest->len > 0 && (rest->data[0] == ' ' || rest->data[0] == '\t'))
        bytes_next_line(rest, &line);
    *field = bytes_slice(start, 0, start.len - rest->len);
    return true;
}

bool header_field_is(struct bytes field, struct bytes name)
{
    return bytes_starts_nocase(field, name);
}
