/* liboath's half of benches/codes.rs. A request is a line "KIND BYTES WINDOWS" on stdin; the answer is a line with the
 * nanoseconds of processor time that so many windows of three codes took. KIND is `generate` (three calls of oath_totp_generate) or
 * `validate` (oath_totp_validate with a window of one step either side, and a code that lies in none of the three). */

#include <inttypes.h>
#include <liboath/oath.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { STEP = 30, START = 1700000010, DIGITS = 6 };

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static unsigned generate(const char *secret, size_t bytes, unsigned window)
{
    unsigned sum = 0;
    for (int offset = -1; offset <= 1; offset++) {
        char code[DIGITS + 1];
        time_t at = START + ((time_t)window + offset) * STEP;
        if (oath_totp_generate(secret, bytes, at, STEP, 0, DIGITS, code) != OATH_OK)
            return 0;
        for (int i = 0; i < DIGITS; i++)
            sum = sum * 10 + (unsigned)(code[i] - '0');
    }
    return sum;
}

int main(void)
{
    char secret[64];
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (char)(i * 37 + 11);
    if (oath_init() != OATH_OK)
        return 1;
    printf("liboath %s\n", oath_check_version(NULL));
    fflush(stdout);

    char kind[16];
    size_t bytes;
    unsigned windows;
    while (scanf("%15s %zu %u", kind, &bytes, &windows) == 3 && bytes <= sizeof secret) {
        unsigned sum = 0;
        uint64_t start = now();
        if (strcmp(kind, "generate") == 0) {
            for (unsigned window = 0; window < windows; window++)
                sum += generate(secret, bytes, window);
        } else {
            for (unsigned window = 0; window < windows; window++)
                sum += (unsigned)oath_totp_validate(secret, bytes, START + (time_t)window * STEP, STEP, 0, 1, "00000a");
        }
        printf("%" PRIu64 " %u\n", now() - start, sum);
        fflush(stdout);
    }
    return 0;
}
