/*
 * claims_cases.c
 *		Claims: what is asked for and missing, wrong, or read differently by
 *		others is a refusal (standards.md 4.3, 6; RFC 7519, 4.1; GHSA-wxg7-w2v3-w38g).
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/claims.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

#define NOW 1800000000
#define GOOD "\"iss\":\"https://a.example\",\"aud\":\"us\",\"sub\":\"7\",\"exp\":1800000001"

typedef struct Case
{
	const char *name;
	JoseReason	reason;
	const char *claims;
} Case;

/* Against rules that ask for nothing but the time. */
static const Case loose[] = {
	{"nothing", JOSE_JSON_INVALID, ""},
	{"an array", JOSE_JSON_NOT_OBJECT, "[1]"},
	{"a text", JOSE_JSON_NOT_OBJECT, "\"exp\""},
	{"null", JOSE_JSON_NOT_OBJECT, "null"},
	{"exp missing", JOSE_EXP_MISSING, "{}"},
	{"exp in capitals", JOSE_EXP_MISSING, "{\"EXP\":1800000001}"},
	{"exp further in", JOSE_EXP_MISSING, "{\"a\":{\"exp\":1800000001}}"},
	{"exp twice", JOSE_JSON_DUPLICATE, "{\"exp\":1,\"exp\":1800000001}"},
	{"exp twice, once escaped", JOSE_JSON_DUPLICATE, "{\"exp\":1,\"\\u0065xp\":1800000001}"},
	{"exp null", JOSE_EXP_INVALID, "{\"exp\":null}"},
	{"exp a text", JOSE_EXP_INVALID, "{\"exp\":\"1800000001\"}"},
	{"exp true", JOSE_EXP_INVALID, "{\"exp\":true}"},
	{"exp an array", JOSE_EXP_INVALID, "{\"exp\":[1800000001]}"},
	{"exp with a fraction", JOSE_EXP_INVALID, "{\"exp\":1800000001.5}"},
	{"exp with an exponent", JOSE_EXP_INVALID, "{\"exp\":18e8}"},
	{"exp 1e400", JOSE_EXP_INVALID, "{\"exp\":1e400}"},
	{"exp negative", JOSE_EXP_INVALID, "{\"exp\":-1}"},
	{"exp 2^53 + 1", JOSE_EXP_INVALID, "{\"exp\":9007199254740993}"},
	{"exp 2^63", JOSE_EXP_INVALID, "{\"exp\":9223372036854775808}"},
	{"exp 2^64 and a little, which wraps", JOSE_EXP_INVALID, "{\"exp\":18446744075509551617}"},
	{"exp in milliseconds", JOSE_EXP_INVALID, "{\"exp\":1800000001000}"},
	{"exp 0", JOSE_EXPIRED, "{\"exp\":0}"},
	{"exp a second ago", JOSE_EXPIRED, "{\"exp\":1799999999}"},
	{"exp now", JOSE_EXPIRED, "{\"exp\":1800000000}"},
	{"exp in a second", JOSE_OK, "{\"exp\":1800000001}"},
	{"exp at the end of 9999", JOSE_OK, "{\"exp\":253402300799}"},
	{"nbf in a second", JOSE_NOT_YET_VALID, "{\"exp\":1800000009,\"nbf\":1800000001}"},
	{"nbf now", JOSE_OK, "{\"exp\":1800000009,\"nbf\":1800000000}"},
	{"nbf a text", JOSE_NBF_INVALID, "{\"exp\":1800000009,\"nbf\":\"0\"}"},
	{"nbf negative", JOSE_NBF_INVALID, "{\"exp\":1800000009,\"nbf\":-1}"},
	{"iat in a second", JOSE_ISSUED_LATER, "{\"exp\":1800000009,\"iat\":1800000001}"},
	{"iat now", JOSE_OK, "{\"exp\":1800000009,\"iat\":1800000000}"},
	{"iat with a fraction", JOSE_IAT_INVALID, "{\"exp\":1800000009,\"iat\":1799999999.5}"},
	{"iat a text", JOSE_IAT_INVALID, "{\"exp\":1800000009,\"iat\":\"1799999999\"}"},
	{"aud a number", JOSE_AUD_INVALID, "{\"exp\":1800000009,\"aud\":1}"},
	{"aud an empty array", JOSE_AUD_INVALID, "{\"exp\":1800000009,\"aud\":[]}"},
	{"aud an array with a number", JOSE_AUD_INVALID, "{\"exp\":1800000009,\"aud\":[\"us\",1]}"},
	{"aud an object", JOSE_AUD_INVALID, "{\"exp\":1800000009,\"aud\":{\"us\":1}}"},
	{"sub a number", JOSE_SUB_INVALID, "{\"exp\":1800000009,\"sub\":7}"},
	{"sub empty", JOSE_SUB_INVALID, "{\"exp\":1800000009,\"sub\":\"\"}"},
	{"sub with a NUL", JOSE_SUB_INVALID, "{\"exp\":1800000009,\"sub\":\"7\\u0000\"}"},
	{"sub null", JOSE_SUB_INVALID, "{\"exp\":1800000009,\"sub\":null}"},
	{"not UTF-8", JOSE_JSON_NOT_UTF8, "{\"exp\":1800000009,\"sub\":\"\xff\"}"},
	{"a byte order mark", JOSE_JSON_INVALID, "\xef\xbb\xbf{\"exp\":1800000009}"},
	{"something behind", JOSE_JSON_INVALID, "{\"exp\":1800000009}{\"exp\":1800000009}"},
};

/* Against rules that ask for everything. */
static const Case strict[] = {
	{"all there", JOSE_OK, "{" GOOD ",\"nbf\":1,\"iat\":1}"},
	{"aud among others", JOSE_OK,
		"{\"iss\":\"https://a.example\",\"aud\":[\"them\",\"us\"],\"sub\":\"7\",\"exp\":1800000001,\"nbf\":1,\"iat\":1}"},
	{"nbf missing", JOSE_NBF_MISSING, "{" GOOD ",\"iat\":1}"},
	{"iat missing", JOSE_IAT_MISSING, "{" GOOD ",\"nbf\":1}"},
	{"iss missing", JOSE_ISS_MISSING, "{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"aud\":\"us\"}"},
	{"iss null", JOSE_ISS_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"aud\":\"us\",\"iss\":null}"},
	{"iss with a slash more", JOSE_ISS_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"aud\":\"us\",\"iss\":\"https://a.example/\"}"},
	{"iss in other case", JOSE_ISS_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"aud\":\"us\",\"iss\":\"https://A.example\"}"},
	{"iss that begins like ours", JOSE_ISS_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"aud\":\"us\",\"iss\":\"https://a.example.evil.example\"}"},
	{"iss an array", JOSE_ISS_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"aud\":\"us\",\"iss\":[\"https://a.example\"]}"},
	{"iss with a NUL", JOSE_ISS_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"aud\":\"us\",\"iss\":\"https://a.example\\u0000\"}"},
	{"aud missing", JOSE_AUD_MISSING,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"iss\":\"https://a.example\"}"},
	{"aud empty", JOSE_AUD_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"iss\":\"https://a.example\",\"aud\":\"\"}"},
	{"aud another", JOSE_AUD_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"iss\":\"https://a.example\",\"aud\":[\"them\"]}"},
	{"aud that begins like ours", JOSE_AUD_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"iss\":\"https://a.example\",\"aud\":\"us2\"}"},
	{"aud that ours begins like", JOSE_AUD_MISMATCH,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"iss\":\"https://a.example\",\"aud\":\"u\"}"},
	{"aud ours, and then an array", JOSE_AUD_INVALID,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"iss\":\"https://a.example\",\"aud\":[\"us\",[\"us\"]]}"},
	{"sub missing", JOSE_SUB_MISSING,
		"{\"exp\":1800000009,\"nbf\":1,\"iat\":1,\"iss\":\"https://a.example\",\"aud\":\"us\"}"},
};

static JoseReason
check(const char *json, size_t length, const ClaimRules *rules)
{
	char	   *exact = tap_exact_copy(json, length);
	Claims		claims;
	JoseReason	reason = claims_check(exact, length, rules, &claims);

	free(exact);
	return reason;
}

static void
check_all(const Case *cases, size_t count, const ClaimRules *rules)
{
	size_t		i;

	for (i = 0; i < count; i++)
	{
		JoseReason	reason = check(cases[i].claims, strlen(cases[i].claims), rules);

		tap_ok(reason == cases[i].reason, "claims %s: %s (%s)",
			   cases[i].reason == JOSE_OK ? "taken" : "refused", cases[i].name,
			   jose_reason_name(reason));
	}
}

static void
check_leeway(void)
{
	static const char early[] = "{\"exp\":1800000009,\"nbf\":1800000005,\"iat\":1800000005}";
	static const char late[] = "{\"exp\":1799999996}";
	ClaimRules	rules = {NOW, 5, NULL, NULL, false, false, false};

	tap_ok(check(early, strlen(early), &rules) == JOSE_OK &&
		   check(late, strlen(late), &rules) == JOSE_OK, "clocks may differ by the leeway");
	rules.leeway = 4;
	tap_ok(check(early, strlen(early), &rules) == JOSE_NOT_YET_VALID &&
		   check(late, strlen(late), &rules) == JOSE_EXPIRED, "and by no second more");
}

static void
check_many(void)
{
	static const size_t members = 100000;
	ClaimRules	rules = {NOW, 0, NULL, NULL, false, false, false};
	char	   *json = malloc(members * 16);
	char	   *at = json;
	size_t		i;

	if (json == NULL)
		abort();
	*at++ = '{';
	for (i = 0; i < members; i++)
	{
		/* "cNNNNN":0, */
		size_t		number = i;
		int			digit;

		memcpy(at, "\"c00000\":0,", 11);
		for (digit = 6; digit > 1; digit--, number /= 10)
			at[digit] = (char) ('0' + number % 10);
		at += 11;
	}
	at[-1] = '}';
	tap_ok(check(json, (size_t) (at - json), &rules) == JOSE_JSON_TOO_LARGE,
		   "claims refused: 100,000 of them");
	tap_ok(check(json, 60000, &rules) == JOSE_JSON_TOO_LARGE, "claims refused: 5,000 of them");
	free(json);
}

void
claims_cases_run(void)
{
	static const char good[] = "{" GOOD ",\"iat\":12}";
	ClaimRules	rules = {NOW, 0, NULL, NULL, false, false, false};
	Claims		claims;

	check_all(loose, sizeof(loose) / sizeof(loose[0]), &rules);
	check_leeway();
	check_many();
	tap_ok(claims_check(good, strlen(good), &rules, &claims) == JOSE_OK &&
		   claims.expires_at == NOW + 1 && claims.issued_at == 12 &&
		   strcmp(claims.subject, "7") == 0, "what is good is handed out");
	rules = (ClaimRules) {NOW, 0, "https://a.example", "us", true, true, true};
	check_all(strict, sizeof(strict) / sizeof(strict[0]), &rules);
}
