/*
 * tap.c
 *		The little of the Test Anything Protocol that the vectors need.
 */
#include "test/vectors/tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int	tests = 0;
static int	failures = 0;

void
tap_ok(bool passed, const char *format,...)
{
	va_list		arguments;

	tests++;
	failures += !passed;
	(void) printf("%s %d - ", passed ? "ok" : "not ok", tests);
	va_start(arguments, format);
	(void) vprintf(format, arguments);
	va_end(arguments);
	(void) printf("\n");
}

void
tap_skip(const char *needs, const char *format,...)
{
	va_list		arguments;

	tests++;
	(void) printf("ok %d - ", tests);
	va_start(arguments, format);
	(void) vprintf(format, arguments);
	va_end(arguments);
	(void) printf(" # SKIP needs %s\n", needs);
}

int
tap_finish(void)
{
	(void) printf("1..%d\n", tests);
	if (fflush(stdout) != 0)
		return EXIT_FAILURE;
	return failures == 0 && tests > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool
tap_is_hex(const uint8_t *bytes, size_t length, const char *hex)
{
	static const char digits[] = "0123456789abcdef";
	size_t		i;

	if (strlen(hex) != 2 * length)
		return false;
	for (i = 0; i < length; i++)
	{
		if (hex[2 * i] != digits[bytes[i] >> 4] ||
			hex[2 * i + 1] != digits[bytes[i] & 15])
			return false;
	}
	return true;
}

char *
tap_exact_copy(const char *text, size_t length)
{
	char	   *copy = malloc(length > 0 ? length : 1);

	if (copy == NULL)
		abort();
	memcpy(copy, text, length);
	return copy;
}
