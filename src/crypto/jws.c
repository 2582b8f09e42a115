/*
 * jws.c
 *		Signed tokens in the compact form of JWS.
 */
#include "crypto/jws.h"

#include <stdio.h>
#include <string.h>

#include "crypto/base64url.h"
#include "crypto/json_string.h"
#include "crypto/signature.h"
#include "crypto/wipe.h"

/*
 * Members with a meaning, and for which reason a token that has one is refused;
 * JOSE_OK for those that are read or that do no harm.
 */
static const struct
{
	const char *name;
	JoseReason	reason;
}			known_members[] = {
	{"alg", JOSE_OK},
	{"kid", JOSE_OK},
	{"typ", JOSE_OK},
	{"cty", JOSE_OK},
	{"x5t", JOSE_OK},
	{"x5t#S256", JOSE_OK},

	/* RFC 7515, section 4.1.11: we understand none, so any is refused */
	{"crit", JOSE_CRITICAL},
	/* RFC 7797 */
	{"b64", JOSE_UNENCODED},
	/* RFC 8725, section 3.6 */
	{"zip", JOSE_COMPRESSED},
	/* RFC 7516 and RFC 7518: a JWE, not a JWS */
	{"enc", JOSE_ENCRYPTED},
	{"epk", JOSE_ENCRYPTED},
	{"apu", JOSE_ENCRYPTED},
	{"apv", JOSE_ENCRYPTED},
	{"iv", JOSE_ENCRYPTED},
	{"tag", JOSE_ENCRYPTED},
	{"p2s", JOSE_ENCRYPTED},
	{"p2c", JOSE_ENCRYPTED},
	/* RFC 8725, section 3.10: no key comes with the token it verifies */
	{"jwk", JOSE_KEY_IN_HEADER},
	{"jku", JOSE_KEY_IN_HEADER},
	{"x5c", JOSE_KEY_IN_HEADER},
	{"x5u", JOSE_KEY_IN_HEADER},
};

#define KNOWN_MEMBERS (sizeof(known_members) / sizeof(known_members[0]))

/* ------------------------------------------------------------------------
 * Reading
 * ------------------------------------------------------------------------ */

/* Exactly two dots, and something before, between and after them. */
static JoseReason
split(const char *text, size_t length, Jws *out)
{
	const char *first = length == 0 ? NULL : memchr(text, '.', length);
	const char *second;

	if (first == NULL)
		return JOSE_NOT_THREE_PARTS;
	out->payload = (size_t) (first + 1 - text);
	second = memchr(first + 1, '.', length - out->payload);
	if (second == NULL)
		return JOSE_NOT_THREE_PARTS;
	out->signature = (size_t) (second + 1 - text);
	if (memchr(second + 1, '.', length - out->signature) != NULL)
		return JOSE_NOT_THREE_PARTS;
	return JOSE_OK;
}

static JoseReason
check_members(const Jws *jws, const JsonNode *root)
{
	const JsonNode *name;
	size_t		i;

	for (name = json_first(&jws->members, root); name != NULL;
		 name = json_after(&jws->members, root, name + 1))
	{
		for (i = 0; i < KNOWN_MEMBERS; i++)
		{
			if (!json_string_is_folded(&jws->members, name, known_members[i].name))
				continue;

			/* one reader would take "ALG" for "alg", and the next would not */
			if (!json_string_is(&jws->members, name, known_members[i].name))
				return JOSE_HEADER_CASE;
			if (known_members[i].reason != JOSE_OK)
				return known_members[i].reason;
		}
	}
	return JOSE_OK;
}

static JoseReason
read_algorithm(const JsonDocument *members, const JsonNode *root, JoseAlgorithm *out)
{
	const JsonNode *node = json_member(members, root, "alg");
	char		name[16];

	if (node == NULL)
		return JOSE_ALG_MISSING;
	if (node->type != JSON_STRING)
		return JOSE_ALG_INVALID;
	if (json_string_is_folded(members, node, "none"))
		return JOSE_ALG_NONE;
	if (!json_string_copy(members, node, name, sizeof(name), NULL))
		return JOSE_ALG_UNKNOWN;
	*out = jose_find(name);
	return *out == JOSE_UNKNOWN_ALGORITHM ? JOSE_ALG_UNKNOWN : JOSE_OK;
}

/* An optional text without control characters; not empty where it is there. */
static bool
read_text(const JsonDocument *members, const JsonNode *root, const char *name, char *out,
		  size_t size)
{
	const JsonNode *node = json_member(members, root, name);
	size_t		length;
	size_t		i;

	out[0] = '\0';
	if (node == NULL)
		return true;
	if (!json_string_copy(members, node, out, size, &length) || length == 0)
		return false;
	for (i = 0; i < length; i++)
		if ((uint8_t) out[i] < 0x20 || out[i] == 0x7F)
		{
			out[0] = '\0';
			return false;
		}
	return true;
}

static bool
is_media_type(const JsonDocument *members, const JsonNode *node, const char *type)
{
	char		full[sizeof("application/") + JWS_TYPE_MAX];

	(void) snprintf(full, sizeof(full), "application/%s", type);
	return json_string_is_folded(members, node, type) ||
		json_string_is_folded(members, node, full);
}

static JoseReason
read_header(Jws *jws)
{
	const JsonNode *root;
	JoseReason	reason;

	if (BASE64URL_BYTES(jws->payload - 1) > JWS_HEADER_MAX)
		return JOSE_JSON_TOO_LARGE;
	if (!base64url_decode(jws->text, jws->payload - 1, (uint8_t *) jws->header, JWS_HEADER_MAX,
						  &jws->header_length))
		return JOSE_HEADER_ENCODING;
	jws->header[jws->header_length] = '\0';
	reason = jose_of_json(json_parse(jws->header, jws->header_length, &jws->members));
	if (reason != JOSE_OK)
		return reason;
	root = json_root(&jws->members);
	if (root->type != JSON_OBJECT)
		return JOSE_JSON_NOT_OBJECT;

	reason = check_members(jws, root);
	if (reason == JOSE_OK)
		reason = read_algorithm(&jws->members, root, &jws->algorithm);
	if (reason == JOSE_OK && !read_text(&jws->members, root, "kid", jws->id, sizeof(jws->id)))
		reason = JOSE_KID_INVALID;
	if (reason == JOSE_OK && !read_text(&jws->members, root, "typ", jws->type, sizeof(jws->type)))
		reason = JOSE_TYP_INVALID;

	/* RFC 7519, section 5.2 */
	if (reason == JOSE_OK &&
		is_media_type(&jws->members, json_member(&jws->members, root, "cty"), "JWT"))
		reason = JOSE_NESTED;
	return reason;
}

/* Nothing is missing behind the header. */
static JoseReason
finish(JoseReason reason, size_t length, Jws *out)
{
	if (reason == JOSE_OK && out->signature - out->payload == 1)
		reason = JOSE_PAYLOAD_MISSING;
	if (reason == JOSE_OK && out->signature == length)
		reason = JOSE_SIGNATURE_MISSING;
	if (reason == JOSE_OK)
		out->length = length;
	else
		out->algorithm = JOSE_UNKNOWN_ALGORITHM;
	return reason;
}

JoseReason
jws_parse_rest(const char *text, size_t length, Jws *out)
{
	out->text = text;
	out->length = 0;
	return finish(length > JWS_LENGTH_MAX ? JOSE_TOO_LONG : split(text, length, out), length, out);
}

JoseReason
jws_parse(const char *text, size_t length, Jws *out)
{
	JoseReason	reason;

	out->text = text;
	out->length = 0;			/* until all is well */
	out->header_length = 0;
	out->header[0] = '\0';
	out->members.count = 0;
	out->algorithm = JOSE_UNKNOWN_ALGORITHM;
	out->id[0] = '\0';
	out->type[0] = '\0';
	if (length > JWS_LENGTH_MAX)
		return JOSE_TOO_LONG;
	reason = split(text, length, out);
	if (reason == JOSE_OK)
		reason = read_header(out);
	return finish(reason, length, out);
}

bool
jws_is_type(const Jws *jws, const char *type)
{
	return is_media_type(&jws->members,
						 json_member(&jws->members, json_root(&jws->members), "typ"), type);
}

/* ------------------------------------------------------------------------
 * Verifying and signing
 * ------------------------------------------------------------------------ */

JoseReason
jws_verify(const Jws *jws, const Jwk *key, uint8_t *payload, size_t *length)
{
	uint8_t		signature[SIGNATURE_MAX];
	size_t		signature_length;
	size_t		encoded = jws->length - jws->signature;
	JoseReason	reason;

	*length = 0;
	if (jws->length == 0)
		return JOSE_NOT_THREE_PARTS;
	if (jws->algorithm != key->algorithm)
		return JOSE_ALG_MISMATCH;
	if (jws->id[0] != '\0' && key->id[0] != '\0' && strcmp(jws->id, key->id) != 0)
		return JOSE_KID_MISMATCH;
	if (BASE64URL_BYTES(encoded) > sizeof(signature))
		return JOSE_SIGNATURE_LENGTH;
	if (!base64url_decode(jws->text + jws->signature, encoded, signature, sizeof(signature),
						  &signature_length))
		return JOSE_SIGNATURE_ENCODING;

	/* the signed text is all that stands before the second dot */
	reason = signature_verify(key, jws->text, jws->signature - 1, signature, signature_length);
	if (reason != JOSE_OK)
		return reason;
	if (!base64url_decode(jws->text + jws->payload, jws->signature - jws->payload - 1, payload,
						  JWS_PAYLOAD_MAX, length))
		return JOSE_PAYLOAD_ENCODING;
	return JOSE_OK;
}

/* What stands in JSON as it is. */
static bool
is_plain(const char *text)
{
	return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					   "0123456789+-._")] == '\0';
}

bool
jws_header(const Jwk *key, const char *type, const char *id, char *out)
{
	const JoseFacts *facts = jose_facts(key->algorithm);
	int			made = 0;

	out[0] = '\0';
	if (facts == NULL || (type != NULL && !is_plain(type)) || (id != NULL && !is_plain(id)))
		return false;
	made = snprintf(out, JWS_HEADER_MAX + 1, "{\"alg\":\"%s\"%s%s%s%s%s%s}", facts->name,
					type == NULL ? "" : ",\"typ\":\"", type == NULL ? "" : type,
					type == NULL ? "" : "\"",
					id == NULL ? "" : ",\"kid\":\"", id == NULL ? "" : id,
					id == NULL ? "" : "\"");
	if (made > 0 && made <= JWS_HEADER_MAX)
		return true;
	out[0] = '\0';
	return false;
}

/* Append bytes in base64url, keeping a NUL behind them. */
static bool
append(const void *bytes, size_t bytes_length, char *out, size_t *length)
{
	if (!base64url_encode(bytes, bytes_length, out + *length, JWS_LENGTH_MAX + 1 - *length))
		return false;
	*length += BASE64URL_LENGTH(bytes_length);
	return true;
}

/* Append a dot; there is room for it, since a NUL is there. */
static bool
append_dot(char *out, size_t *length)
{
	if (*length == JWS_LENGTH_MAX)
		return false;
	out[(*length)++] = '.';
	out[*length] = '\0';
	return true;
}

JoseReason
jws_sign(const Jwk *key, const char *header, size_t header_length, const void *payload,
		 size_t payload_length, char *out, size_t *length)
{
	uint8_t		signature[SIGNATURE_MAX];
	size_t		signature_length = 0;
	Jws			made;
	JoseReason	reason = JOSE_TOO_LONG;

	*length = 0;
	out[0] = '\0';
	if (header_length <= JWS_HEADER_MAX && payload_length <= JWS_PAYLOAD_MAX &&
		append(header, header_length, out, length) && append_dot(out, length) &&
		append(payload, payload_length, out, length))
		reason = signature_make(key, out, *length, signature, &signature_length);
	if (reason == JOSE_OK &&
		!(append_dot(out, length) && append(signature, signature_length, out, length)))
		reason = JOSE_TOO_LONG;

	/* what we refuse we do not make */
	if (reason == JOSE_OK)
		reason = jws_parse(out, *length, &made);
	if (reason == JOSE_OK && made.algorithm != key->algorithm)
		reason = JOSE_ALG_MISMATCH;
	if (reason != JOSE_OK)
	{
		wipe_memory(out, JWS_LENGTH_MAX + 1);
		out[0] = '\0';
		*length = 0;
	}
	wipe_memory(signature, sizeof(signature));
	return reason;
}
