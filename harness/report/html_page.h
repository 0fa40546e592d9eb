/* A page out of a template of reports/page/: `{{NAME}}` stands for a part, which is a row of a table. */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

#include "base/buffer.h"

struct html_part {
    const char *name;
    void (*put)(void *page, struct buffer *out);
};
/* Besides the parts the template may name `{{style:FILE}}` and `{{script:FILE}}`, which become elements with the
 * content of that file, `{{begin}}`, which is begin.html, how every page begins, and in it `{{policy}}`, a content
 * security policy that allows exactly these and nothing else: no other script, no network. False: no memory. */
bool html_fill(const char *template, const struct html_part *parts, size_t count, void *page, struct buffer *out);

#endif
