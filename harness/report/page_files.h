/* What the pages are made of, out of reports/page/. */
#ifndef REPORT_PAGE_FILES_H
#define REPORT_PAGE_FILES_H

#include "base/embedded.h"

extern const struct embedded_file page_files[]; /* ends with a NULL name */
extern const size_t page_count;

#endif
