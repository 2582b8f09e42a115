/*
 * unwrap.c
 *		An address out of what proxies wrap round it.
 */
#include "compat.h"

#include "flow/unwrap.h"

#include <arpa/inet.h>

#include "flow/normalize.h"

/* Longer than any address with brackets and port. */
#define ADDRESS_LENGTH_MAX 64

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_port(const char *text)
{
	size_t		digits = strspn(text, "0123456789");

	return digits >= 1 && digits <= 5 && text[digits] == '\0' && strtol(text, NULL, 10) <= 65535;
}

static Datum
read_ipv4(const char *text)
{
	unsigned char bytes[4];

	return inet_pton(AF_INET, text, bytes) == 1 ? normalize_ipv4(bytes) : (Datum) 0;
}

static Datum
read_ipv6(const char *text)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET6, text, bytes) == 1 ? normalize_ipv6(bytes) : (Datum) 0;
}

/* The text is ours to change. */
static Datum
read_host_and_port(char *text)
{
	char	   *end;

	if (text[0] == '[')
	{
		end = strchr(text, ']');
		if (end == NULL || (end[1] != '\0' && (end[1] != ':' || !is_port(end + 2))))
			return (Datum) 0;
		*end = '\0';
		return read_ipv6(text + 1);
	}
	end = strchr(text, ':');
	if (end == NULL)
		return read_ipv4(text);
	if (strchr(end + 1, ':') != NULL)
		return read_ipv6(text);
	if (!is_port(end + 1))
		return (Datum) 0;
	*end = '\0';
	return read_ipv4(text);
}

Datum
unwrap_address(const char *text, size_t length)
{
	char		copy[ADDRESS_LENGTH_MAX + 1];

	for (; length > 0 && is_space(text[0]); length--)
		text++;
	while (length > 0 && is_space(text[length - 1]))
		length--;
	if (length >= 2 && text[0] == '"' && text[length - 1] == '"')
	{
		text++;
		length -= 2;
	}
	if (length > ADDRESS_LENGTH_MAX || memchr(text, '\0', length) != NULL)
		return (Datum) 0;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return read_host_and_port(copy);
}

Datum
unwrap_hop(const char *list, size_t length, int hops)
{
	size_t		start = length;

	for (;;)
	{
		while (start > 0 && list[start - 1] != ',')
			start--;
		if (hops == 0)
			return unwrap_address(list + start, length - start);
		if (start == 0)
			return (Datum) 0;
		length = --start;
		hops--;
	}
}
