/*
 * reference_cases.c
 *		The test suite of the Argon2 reference implementation (its src/test.c,
 *		20171227), case by case: the tag, and the encoded string verified.
 */
#include <string.h>

#include <argon2.h>

#include "crypto/password.h"
#include "test/vectors/suites.h"
#include "test/vectors/tap.h"

typedef struct Case
{
	uint32_t	version;
	PhcKind		kind;
	uint32_t	iterations;
	uint32_t	memory_log2;
	uint32_t	lanes;
	const char *password;
	const char *salt;
	const char *tag;
	const char *encoded;
} Case;

static const Case cases[] = {
	{16, PHC_ARGON2I, 2, 16, 1, "password", "somesalt",
		"f6c4db4a54e2a370627aff3db6176b94a2a209a62c8e36152711802f7b30c694",
	"$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"},
	{16, PHC_ARGON2I, 2, 20, 1, "password", "somesalt",
		"9690ec55d28d3ed32562f2e73ea62b02b018757643a2ae6e79528459de8106e9",
	"$argon2i$m=1048576,t=2,p=1$c29tZXNhbHQ$lpDsVdKNPtMlYvLnPqYrArAYdXZDoq5ueVKEWd6BBuk"},
	{16, PHC_ARGON2I, 2, 18, 1, "password", "somesalt",
		"3e689aaa3d28a77cf2bc72a51ac53166761751182f1ee292e3f677a7da4c2467",
	"$argon2i$m=262144,t=2,p=1$c29tZXNhbHQ$Pmiaqj0op3zyvHKlGsUxZnYXURgvHuKS4/Z3p9pMJGc"},
	{16, PHC_ARGON2I, 2, 8, 1, "password", "somesalt",
		"fd4dd83d762c49bdeaf57c47bdcd0c2f1babf863fdeb490df63ede9975fccf06",
	"$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY"},
	{16, PHC_ARGON2I, 2, 8, 2, "password", "somesalt",
		"b6c11560a6a9d61eac706b79a2f97d68b4463aa3ad87e00c07e2b01e90c564fb",
	"$argon2i$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs"},
	{16, PHC_ARGON2I, 1, 16, 1, "password", "somesalt",
		"81630552b8f3b1f48cdb1992c4c678643d490b2b5eb4ff6c4b3438b5621724b2",
	"$argon2i$m=65536,t=1,p=1$c29tZXNhbHQ$gWMFUrjzsfSM2xmSxMZ4ZD1JCytetP9sSzQ4tWIXJLI"},
	{16, PHC_ARGON2I, 4, 16, 1, "password", "somesalt",
		"f212f01615e6eb5d74734dc3ef40ade2d51d052468d8c69440a3a1f2c1c2847b",
	"$argon2i$m=65536,t=4,p=1$c29tZXNhbHQ$8hLwFhXm6110c03D70Ct4tUdBSRo2MaUQKOh8sHChHs"},
	{16, PHC_ARGON2I, 2, 16, 1, "differentpassword", "somesalt",
		"e9c902074b6754531a3a0be519e5baf404b30ce69b3f01ac3bf21229960109a3",
	"$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$6ckCB0tnVFMaOgvlGeW69ASzDOabPwGsO/ISKZYBCaM"},
	{16, PHC_ARGON2I, 2, 16, 1, "password", "diffsalt",
		"79a103b90fe8aef8570cb31fc8b22259778916f8336b7bdac3892569d4f1c497",
	"$argon2i$m=65536,t=2,p=1$ZGlmZnNhbHQ$eaEDuQ/orvhXDLMfyLIiWXeJFvgza3vaw4kladTxxJc"},

	{19, PHC_ARGON2I, 2, 16, 1, "password", "somesalt",
		"c1628832147d9720c5bd1cfd61367078729f6dfb6f8fea9ff98158e0d7816ed0",
	"$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA"},
	{19, PHC_ARGON2I, 2, 20, 1, "password", "somesalt",
		"d1587aca0922c3b5d6a83edab31bee3c4ebaef342ed6127a55d19b2351ad1f41",
	"$argon2i$v=19$m=1048576,t=2,p=1$c29tZXNhbHQ$0Vh6ygkiw7XWqD7asxvuPE667zQu1hJ6VdGbI1GtH0E"},
	{19, PHC_ARGON2I, 2, 18, 1, "password", "somesalt",
		"296dbae80b807cdceaad44ae741b506f14db0959267b183b118f9b24229bc7cb",
	"$argon2i$v=19$m=262144,t=2,p=1$c29tZXNhbHQ$KW266AuAfNzqrUSudBtQbxTbCVkmexg7EY+bJCKbx8s"},
	{19, PHC_ARGON2I, 2, 8, 1, "password", "somesalt",
		"89e9029f4637b295beb027056a7336c414fadd43f6b208645281cb214a56452f",
	"$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8"},
	{19, PHC_ARGON2I, 2, 8, 2, "password", "somesalt",
		"4ff5ce2769a1d7f4c8a491df09d41a9fbe90e5eb02155a13e4c01e20cd4eab61",
	"$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQ$T/XOJ2mh1/TIpJHfCdQan76Q5esCFVoT5MAeIM1Oq2E"},
	{19, PHC_ARGON2I, 1, 16, 1, "password", "somesalt",
		"d168075c4d985e13ebeae560cf8b94c3b5d8a16c51916b6f4ac2da3ac11bbecf",
	"$argon2i$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$0WgHXE2YXhPr6uVgz4uUw7XYoWxRkWtvSsLaOsEbvs8"},
	{19, PHC_ARGON2I, 4, 16, 1, "password", "somesalt",
		"aaa953d58af3706ce3df1aefd4a64a84e31d7f54175231f1285259f88174ce5b",
	"$argon2i$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$qqlT1YrzcGzj3xrv1KZKhOMdf1QXUjHxKFJZ+IF0zls"},
	{19, PHC_ARGON2I, 2, 16, 1, "differentpassword", "somesalt",
		"14ae8da01afea8700c2358dcef7c5358d9021282bd88663a4562f59fb74d22ee",
	"$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$FK6NoBr+qHAMI1jc73xTWNkCEoK9iGY6RWL1n7dNIu4"},
	{19, PHC_ARGON2I, 2, 16, 1, "password", "diffsalt",
		"b0357cccfbef91f3860b0dba447b2348cbefecadaf990abfe9cc40726c521271",
	"$argon2i$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$sDV8zPvvkfOGCw26RHsjSMvv7K2vmQq/6cxAcmxSEnE"},

	{19, PHC_ARGON2ID, 2, 16, 1, "password", "somesalt",
		"09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
	"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"},
	{19, PHC_ARGON2ID, 2, 18, 1, "password", "somesalt",
		"78fe1ec91fb3aa5657d72e710854e4c3d9b9198c742f9616c2f085bed95b2e8c",
	"$argon2id$v=19$m=262144,t=2,p=1$c29tZXNhbHQ$eP4eyR+zqlZX1y5xCFTkw9m5GYx0L5YWwvCFvtlbLow"},
	{19, PHC_ARGON2ID, 2, 8, 1, "password", "somesalt",
		"9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
	"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"},
	{19, PHC_ARGON2ID, 2, 8, 2, "password", "somesalt",
		"6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037",
	"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"},
	{19, PHC_ARGON2ID, 1, 16, 1, "password", "somesalt",
		"f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98",
	"$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg"},
	{19, PHC_ARGON2ID, 4, 16, 1, "password", "somesalt",
		"9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c",
	"$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw"},
	{19, PHC_ARGON2ID, 2, 16, 1, "differentpassword", "somesalt",
		"0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde",
	"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94"},
	{19, PHC_ARGON2ID, 2, 16, 1, "password", "diffsalt",
		"bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c",
	"$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw"},
};

/* The memory that the suite's dearest hash needs. */
#define MEMORY_KIB 1048576

static PhcHash
hash_of(const Case *test)
{
	PhcHash		hash;

	memset(&hash, 0, sizeof(hash));
	hash.kind = test->kind;
	hash.version = test->version;
	hash.cost.memory_kib = UINT32_C(1) << test->memory_log2;
	hash.cost.iterations = test->iterations;
	hash.cost.lanes = test->lanes;
	hash.salt_length = strlen(test->salt);
	memcpy(hash.salt, test->salt, hash.salt_length);
	hash.tag_length = 32;
	return hash;
}

static bool
tag_is_right(const Case *test)
{
	const char *error = NULL;
	PasswordInput input = {test->password, strlen(test->password), NULL, 0, NULL, 0};
	PhcHash		hash = hash_of(test);
	char		text[PHC_LENGTH_MAX + 1];

	if (password_derive(&input, &hash, MEMORY_KIB, hash.tag, &error) != PASSWORD_OK ||
		!tap_is_hex(hash.tag, hash.tag_length, test->tag) ||
		!phc_format(&hash, text, sizeof(text)))
		return false;

	/* As in the original, the older form is only read. */
	return test->version == 16 || strcmp(text, test->encoded) == 0;
}

static PasswordStatus
verify(const char *password, const char *encoded)
{
	const char *error = NULL;

	return password_verify(password, strlen(password), encoded, strlen(encoded),
						   MEMORY_KIB, &error);
}

static void
run_case(const Case *test, uint32_t too_much_kib)
{
	uint32_t	memory_kib = UINT32_C(1) << test->memory_log2;
	const char *name = test->kind == PHC_ARGON2I ? "i" : "id";

	if (memory_kib >= too_much_kib)
	{
		tap_skip(memory_kib >= MEMORY_KIB ? "--large (1 GiB)" : "64 MiB or more, not --quick",
				 "reference test.c: Argon2%s v%d t=%d m=%d p=%d %s %s", name,
				 (int) test->version, (int) test->iterations, (int) memory_kib,
				 (int) test->lanes, test->password, test->salt);
		return;
	}
	tap_ok(tag_is_right(test) &&
		   verify(test->password, test->encoded) == PASSWORD_OK &&
		   verify("passwore", test->encoded) == PASSWORD_MISMATCH,
		   "reference test.c: Argon2%s v%d t=%d m=%d p=%d %s %s", name,
		   (int) test->version, (int) test->iterations, (int) memory_kib,
		   (int) test->lanes, test->password, test->salt);
}

/* The error cases of the suite that concern an encoded string. */
static void
run_errors(uint32_t too_much_kib)
{
	static const char *const malformed[] = {
		"$argon2i$m=65536,t=2,p=1c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
		"$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
		"$argon2i$m=65536,t=2,p=1$$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
		"$argon2i$v=19$m=65536,t=2,p=1c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
		"$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQwWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
		"$argon2i$v=19$m=65536,t=2,p=1$$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
	};
	static const char *const mismatched[] = {
		"$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$b2G3seW+uPzerwQQC+/E1K50CLLO7YXy0JRcaTuswRo",
		"$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$8iIuixkI73Js3G1uMbezQXD0b8LG4SXGsOwoQkdAQIM",
	};
	size_t		i;

	for (i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		tap_ok(verify("password", malformed[i]) == PASSWORD_UNSUPPORTED,
			   "reference test.c: missing $ or salt, error case %d", (int) i + 1);
	for (i = 0; i < sizeof(mismatched) / sizeof(mismatched[0]); i++)
	{
		if (too_much_kib <= 65536)
			tap_skip("64 MiB or more, not --quick",
					 "reference test.c: hash of another password, %d", (int) i + 1);
		else
			tap_ok(verify("password", mismatched[i]) == PASSWORD_MISMATCH,
				   "reference test.c: hash of another password, %d", (int) i + 1);
	}
}

/* Those that concern the inputs themselves. */
static void
run_input_errors(void)
{
	const Case	small = {19, PHC_ARGON2ID, 2, 12, 1, "password", "diffsalt", "", ""};
	const char *error = NULL;
	PasswordInput input = {"password", 8, NULL, 0, NULL, 0};
	PasswordInput missing = {NULL, 8, NULL, 0, NULL, 0};
	PhcHash		hash = hash_of(&small);
	uint8_t		tag[32];

	hash.cost.memory_kib = 1;
	tap_ok(password_derive(&input, &hash, MEMORY_KIB, tag, &error) ==
		   PASSWORD_UNSUPPORTED, "reference test.c: invalid memory");
	hash = hash_of(&small);
	tap_ok(password_derive(&missing, &hash, MEMORY_KIB, tag, &error) ==
		   PASSWORD_UNSUPPORTED, "reference test.c: password pointer NULL");
	hash.salt_length = 1;
	tap_ok(password_derive(&input, &hash, MEMORY_KIB, tag, &error) ==
		   PASSWORD_UNSUPPORTED, "reference test.c: salt too short");

	/* Also what keeps libargon2 linked, now that probes.c has argon2_ctx. */
	tap_ok(strcmp(argon2_error_message(ARGON2_DECODING_FAIL), "Decoding failed") == 0,
		   "reference test.c: an error message");
}

void
reference_cases_run(uint32_t too_much_kib)
{
	size_t		i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case(&cases[i], too_much_kib);
	run_errors(too_much_kib);
	run_input_errors();
}
