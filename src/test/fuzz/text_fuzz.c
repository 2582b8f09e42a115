/*
 * text_fuzz.c
 *		Base64url, JSON and claims from a stranger.
 *
 * Held here: one spelling for bytes; nodes lie in the text and in one another;
 * a member that is found by its name is the only one; an integer has its text;
 * a member read without the others is the one that reading all of them finds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/base64url.h"
#include "crypto/claims.h"
#include "crypto/json_string.h"

#define SIZE_MAX_HERE 70000

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t bytes[SIZE_MAX_HERE];
static char text[SIZE_MAX_HERE * 2];
static JsonDocument document;
static JsonDocument alone;
static Claims claims;

static void
check_base64url(const char *data, size_t size)
{
	size_t		length;

	if (size <= SIZE_MAX_HERE && base64url_decode(data, size, bytes, sizeof(bytes), &length) &&
		(!base64url_encode(bytes, length, text, sizeof(text)) || strlen(text) != size ||
		 memcmp(text, data, size) != 0))
		abort();
	if (size <= SIZE_MAX_HERE &&
		(!base64url_encode((const uint8_t *) data, size, text, sizeof(text)) ||
		 !base64url_decode(text, strlen(text), bytes, sizeof(bytes), &length) ||
		 length != size || memcmp(bytes, data, size) != 0))
		abort();
}

static void
check_node(const JsonNode *node, size_t size)
{
	size_t		length;
	int64_t		value;
	char		digits[24];

	if (node->start > node->end || node->end > size || node->next > document.count ||
		&document.nodes[node->next] <= node)
		abort();
	if (json_string_copy(&document, node, text, sizeof(text), &length) &&
		(node->type != JSON_STRING || strlen(text) != length))
		abort();
	if (json_integer(&document, node, &value))
	{
		(void) snprintf(digits, sizeof(digits), "%" PRId64, value);
		if (strlen(digits) != node->end - node->start && value != 0)
			abort();
	}
}

static void
check_object(const JsonNode *object)
{
	const JsonNode *name;

	for (name = json_first(&document, object); name != NULL;
		 name = json_after(&document, object, name + 1))
		if (json_string_copy(&document, name, text, sizeof(text), NULL) &&
			strspn(text, "abcdefghijklmnopqrstuvwxyz") == strlen(text) &&
			json_member(&document, object, text) != name + 1)
			abort();
}

/* The document was read with the given status; its first name, or else "a", is looked for. */
static void
check_member(const char *input, size_t size, JsonStatus status)
{
	const JsonNode *root = json_root(&document);
	const JsonNode *name = root != NULL && root->type == JSON_OBJECT ?
		json_first(&document, root) : NULL;
	const JsonNode *member;
	JsonStatus	member_status;
	char		wanted[16] = "a";

	if (name != NULL && (!json_string_copy(&document, name, wanted, sizeof(wanted), NULL) ||
						 strspn(wanted, "abcdefghijklmnopqrstuvwxyz") != strlen(wanted)))
		strcpy(wanted, "a");
	member = json_member(&document, root, wanted);
	member_status = json_parse_member(input, size, wanted, &alone);
	if (status == JSON_OK)
	{
		const JsonNode *found = json_root(&alone);
		uint32_t	first = member == NULL ? 0 : (uint32_t) (member - document.nodes);

		if (member_status != (root->type == JSON_OBJECT ? JSON_OK : JSON_INVALID) ||
			(found == NULL) != (member == NULL) ||
			(found != NULL && (found->type != member->type || found->start != member->start ||
							   found->end != member->end ||
							   found->next != member->next - first)))
			abort();
	}
	else if (member_status == JSON_OK && status != JSON_DUPLICATE && status != JSON_TOO_LARGE)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const ClaimRules rules = {1800000000, 5, "https://a.example", "us", true, true, true};
	const char *input = (const char *) data;
	JsonStatus	status;
	uint32_t	i;

	check_base64url(input, size);
	status = json_parse(input, size, &document);
	check_member(input, size, status);
	if (status == JSON_OK)
	{
		for (i = 0; i < document.count; i++)
		{
			check_node(&document.nodes[i], size);
			if (document.nodes[i].type == JSON_OBJECT)
				check_object(&document.nodes[i]);
		}
	}
	else if (json_root(&document) != NULL)
		abort();
	if (claims_check(input, size, &rules, &claims) == JOSE_OK && claims.expires_at <= 1799999995)
		abort();
	return 0;
}
