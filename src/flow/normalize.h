/*
 * normalize.h
 *		What callers type, brought into the form that is stored and compared.
 */
#ifndef ENCLAVE_FLOW_NORMALIZE_H
#define ENCLAVE_FLOW_NORMALIZE_H

#include "compat.h"

#define EMAIL_LENGTH_MAX 254	/* bytes, RFC 5321 section 4.5.3.1.3 */
#define EMAIL_LOCAL_MAX 64		/* RFC 5321 section 4.5.3.1.1 */
#define NAME_LENGTH_MAX 100		/* characters */
#define TEXT_LENGTH_MAX 512		/* characters of a user agent, token name or reason */

typedef struct Email
{
	char		typed[EMAIL_LENGTH_MAX + 1];	/* trimmed: what is stored */
	char		folded[EMAIL_LENGTH_MAX + 1];	/* lower case, ASCII only: what is compared */
} Email;

/*
 * Bring an address into its two forms.  False, with the name of the broken
 * rule, if it is none.  NULL is the empty address.
 */
extern bool normalize_email(const char *raw, Email *email, const char **rule);

/* The same, NC008 where it is none. */
extern void normalize_email_or_raise(const char *raw, Email *email);

/* The folded form of an address that a table holds. */
extern char *normalize_folded(const char *stored);

/* A user's name, trimmed; NULL is the empty name.  NC008 if it cannot be one. */
extern char *normalize_name_or_raise(const char *raw);

/* The name of a token, trimmed; NC008 if it cannot be one. */
extern char *normalize_token_name_or_raise(const char *raw);

/* A reason for the record, trimmed; NC008 if it is empty or cannot be one. */
extern char *normalize_reason_or_raise(const char *raw);

/* Other text from callers, cut at TEXT_LENGTH_MAX characters; NULL stays NULL. */
extern char *normalize_text(const char *raw);

/*
 * The network (cidr) that an address (inet) belongs to for counting: IPv4 /32,
 * IPv6 /64.  An IPv4 address in an IPv6 dress is taken out of it, else all of
 * them would share one /64.
 */
extern Datum normalize_network(Datum ip);

/* An address (inet) of its bytes in the network's order; IPv4 in IPv6 is IPv4. */
extern Datum normalize_ipv4(const unsigned char bytes[4]);
extern Datum normalize_ipv6(const unsigned char bytes[16]);

#endif							/* ENCLAVE_FLOW_NORMALIZE_H */
