/*
 * normalize.c
 *		E-mail addresses, names, other text and networks.
 *
 * Folding is ASCII only and done by hand: it must agree, for ever, with
 * lower(email COLLATE "C") in the unique index, whatever the locale.
 */
#include "compat.h"

#include "flow/normalize.h"

#include <sys/socket.h>

#include "flow/fault.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/inet.h"

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alphanumeric(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *
trim(const char *raw, size_t *length)
{
	const char *end;

	if (raw == NULL)
		raw = "";
	while (is_space(*raw))
		raw++;
	end = raw + strlen(raw);
	while (end > raw && is_space(end[-1]))
		end--;
	*length = (size_t) (end - raw);
	return raw;
}

/* Dot-atom of RFC 5322, section 3.2.3: atoms of atext, single dots between. */
static bool
local_part_is_valid(const char *local, size_t length)
{
	if (length == 0 || length > EMAIL_LOCAL_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		bool		dot = local[i] == '.';

		if (dot && (i == 0 || i == length - 1 || local[i - 1] == '.'))
			return false;
		if (!dot && !is_alphanumeric(local[i]) &&
			(local[i] == '\0' || strchr("!#$%&'*+-/=?^_`{|}~", local[i]) == NULL))
			return false;
	}
	return true;
}

static bool
label_is_valid(const char *label, size_t length)
{
	if (length == 0 || length > 63 || label[0] == '-' || label[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_alphanumeric(label[i]) && label[i] != '-')
			return false;
	return true;
}

/* A host name of RFC 1123, section 2.1, of two labels and more. */
static bool
domain_is_valid(const char *domain, size_t length)
{
	size_t		start = 0;
	int			labels = 0;
	bool		digits_only = true;

	for (size_t i = 0; i <= length; i++)
	{
		if (i < length && domain[i] != '.')
			continue;
		if (!label_is_valid(domain + start, i - start))
			return false;
		labels++;
		digits_only = true;
		for (size_t j = start; j < i; j++)
			digits_only = digits_only && is_digit(domain[j]);
		start = i + 1;
	}
	return labels >= 2 && !digits_only;
}

bool
normalize_email(const char *raw, Email *email, const char **rule)
{
	size_t		length;
	const char *start = trim(raw, &length);
	const char *at;

	*rule = length == 0 ? "email_empty" : "email_too_long";
	if (length == 0 || length > EMAIL_LENGTH_MAX)
		return false;

	memcpy(email->typed, start, length);
	email->typed[length] = '\0';
	for (size_t i = 0; i <= length; i++)
		email->folded[i] = (char) pg_ascii_tolower((unsigned char) email->typed[i]);

	*rule = "email_invalid";
	at = strrchr(email->typed, '@');
	return at != NULL &&
		local_part_is_valid(email->typed, (size_t) (at - email->typed)) &&
		domain_is_valid(at + 1, length - (size_t) (at + 1 - email->typed));
}

void
normalize_email_or_raise(const char *raw, Email *email)
{
	const char *rule;

	if (!normalize_email(raw, email, &rule))
		fault_validation(rule, "Give an address such as name@example.com, of at most 254 bytes.");
}

char *
normalize_folded(const char *stored)
{
	char	   *folded = pstrdup(stored);

	for (char *c = folded; *c != '\0'; c++)
		*c = (char) pg_ascii_tolower((unsigned char) *c);
	return folded;
}

/* Control characters, C0, DEL and C1, would forge lines in mail and logs. */
static bool
has_control_character(const char *text, size_t length)
{
	bool		utf8 = GetDatabaseEncoding() == PG_UTF8;

	for (size_t i = 0; i < length; i++)
	{
		unsigned char c = (unsigned char) text[i];
		unsigned char next = (unsigned char) text[i + 1];

		if (c < 0x20 || c == 0x7f || (utf8 && c == 0xc2 && next >= 0x80 && next < 0xa0))
			return true;
	}
	return false;
}

static char *
normalize_label(const char *raw, int max, const char *too_long, const char *invalid)
{
	size_t		length;
	const char *start = trim(raw, &length);

	if (length > (size_t) max * MAX_MULTIBYTE_CHAR_LEN ||
		pg_mbstrlen_with_len(start, (int) length) > max)
		fault_validation(too_long, psprintf("At most %d characters are allowed.", max));
	if (has_control_character(start, length))
		fault_validation(invalid, "Control characters are not allowed.");
	return pnstrdup(start, length);
}

char *
normalize_name_or_raise(const char *raw)
{
	return normalize_label(raw, NAME_LENGTH_MAX, "name_too_long", "name_invalid");
}

char *
normalize_token_name_or_raise(const char *raw)
{
	return normalize_label(raw, TEXT_LENGTH_MAX, "token_name_too_long", "token_name_invalid");
}

char *
normalize_reason_or_raise(const char *raw)
{
	char	   *reason = normalize_label(raw, TEXT_LENGTH_MAX, "reason_too_long", "reason_invalid");

	if (reason[0] == '\0')
		fault_validation("reason_empty", "Give a reason, for the record.");
	return reason;
}

char *
normalize_text(const char *raw)
{
	size_t		length;

	if (raw == NULL)
		return NULL;

	/* One character more than is kept, so that no kept one is cut in two. */
	length = strlen(raw);
	length = Min(length, (size_t) (TEXT_LENGTH_MAX + 1) * MAX_MULTIBYTE_CHAR_LEN);
	return pnstrdup(raw, (Size) pg_mbcharcliplen(raw, (int) length, TEXT_LENGTH_MAX));
}

static Datum
make_inet(int family, int bits, const unsigned char *bytes, size_t length)
{
	inet	   *address = palloc0(sizeof(inet));

	ip_family(address) = (unsigned char) family;
	ip_bits(address) = (unsigned char) bits;
	memcpy(ip_addr(address), bytes, length);
	SET_INET_VARSIZE(address);
	return InetPGetDatum(address);
}

/* An IPv4 address in an IPv6 dress: RFC 4291, section 2.5.5.2. */
static bool
is_mapped(const unsigned char *bytes)
{
	static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	return memcmp(bytes, mapped, sizeof(mapped)) == 0;
}

Datum
normalize_ipv4(const unsigned char bytes[4])
{
	return make_inet(PGSQL_AF_INET, 32, bytes, 4);
}

Datum
normalize_ipv6(const unsigned char bytes[16])
{
	if (is_mapped(bytes))
		return normalize_ipv4(bytes + 12);
	return make_inet(PGSQL_AF_INET6, 128, bytes, 16);
}

Datum
normalize_network(Datum ip)
{
	inet	   *address = DatumGetInetPP(ip);
	const unsigned char *bytes = ip_addr(address);

	if (ip_family(address) == PGSQL_AF_INET)
		return make_inet(PGSQL_AF_INET, 32, bytes, 4);
	if (is_mapped(bytes))
		return make_inet(PGSQL_AF_INET, 32, bytes + 12, 4);
	return make_inet(PGSQL_AF_INET6, 64, bytes, 8);
}
