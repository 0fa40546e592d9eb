/* A toy server on standard input for tests/afl.sh: it falls over when a BDAT announces nothing after MAIL. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    char line[4096];
    int mail = 0;
    printf("220 toy\r\n");
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "MAIL FROM:<", 11) == 0)
            mail = 1;
        else if (strncmp(line, "RSET", 4) == 0)
            mail = 0;
        else if (mail && strncmp(line, "BDAT 0", 6) == 0)
            abort();
        printf("250 ok\r\n");
    }
    return 0;
}
