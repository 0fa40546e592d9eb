#include "baseline_date.h"

#include "base/bytes.h"

#include <string.h>

enum { DATE_LENGTH = 10 };

static int number_at(const char *text, int digits)
{
    int n = 0;
    for (int i = 0; i < digits; i++)
        n = n * 10 + text[i] - '0';
    return n;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool date_is_right(const char *text)
{
    static const char form[] = "dddd-dd-dd";
    if (strlen(text) != DATE_LENGTH)
        return false;
    for (int i = 0; i < DATE_LENGTH; i++)
        if (form[i] == 'd' ? !octet_is_digit((unsigned char)text[i]) : text[i] != form[i])
            return false;
    int year = number_at(text, 4), month = number_at(text + 5, 2), day = number_at(text + 8, 2);
    return month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month);
}

bool date_is_over(const char *until, const char *now)
{
    return strncmp(until, now, DATE_LENGTH) < 0;
}
