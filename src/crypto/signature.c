/*
 * signature.c
 *		Signatures of JWS over bytes.
 */
#include "crypto/signature.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/backend.h"
#include "crypto/der.h"
#include "crypto/wipe.h"

#define COORDINATE_MAX 66

/* A SEQUENCE of two INTEGERs of P-521, with a zero in front of each. */
#define DER_MAX (3 + 2 * (2 + 1 + COORDINATE_MAX))

/* The orders n of the groups: SEC 2, sections 2.4.2, 2.5.1 and 2.6.1. */
static const uint8_t order_p256[] = {
	0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
};
static const uint8_t order_p384[] = {
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37, 0x2D, 0xDF,
	0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC, 0xC5, 0x29, 0x73,
};
static const uint8_t order_p521[] = {
	0x01, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFA,
	0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC, 0x01, 0x48, 0xF7, 0x09, 0xA5, 0xD0,
	0x3B, 0xB5, 0xC9, 0xB8, 0x89, 0x9C, 0x47, 0xAE, 0xBB, 0x6F, 0xB7, 0x1E, 0x91, 0x38, 0x64, 0x09,
};

static const uint8_t *
order_of(const JoseFacts *facts)
{
	return facts->coordinate == 32 ? order_p256 : facts->coordinate == 48 ? order_p384 :
		order_p521;
}

/* Bytes of every signature of this key. */
static size_t
length_of(const Jwk *key, const JoseFacts *facts)
{
	switch (facts->family)
	{
		case JOSE_HMAC:
			return (size_t) facts->hash_bits / 8;
		case JOSE_RSA:
		case JOSE_RSA_PSS:
			return key->first_length;
		default:
			return 2 * facts->coordinate;
	}
}

/* ------------------------------------------------------------------------
 * ECDSA: R || S here, a SEQUENCE of two INTEGERs in OpenSSL
 * ------------------------------------------------------------------------ */

static bool
in_range(const uint8_t *number, const JoseFacts *facts)
{
	static const uint8_t zero[COORDINATE_MAX];

	return memcmp(number, zero, facts->coordinate) != 0 &&
		memcmp(number, order_of(facts), facts->coordinate) < 0;
}

/* True if r and s are in 1 .. n - 1, where zero signs everything (CVE-2022-21449). */
static bool
to_der(const uint8_t *raw, const JoseFacts *facts, DerWriter *writer)
{
	DerBytes	r = {raw, facts->coordinate};
	DerBytes	s = {raw + facts->coordinate, facts->coordinate};

	if (!in_range(r.at, facts) || !in_range(s.at, facts))
		return false;
	der_put_integer(writer, s);
	der_put_integer(writer, r);
	der_put_header(writer, DER_SEQUENCE, writer->length);
	return !writer->full;
}

static bool
from_der(const uint8_t *der, size_t length, const JoseFacts *facts, uint8_t *raw)
{
	DerBytes	all = {der, length};
	DerBytes	both;
	DerBytes	r;
	DerBytes	s;
	size_t		half = facts->coordinate;

	if (!der_take(&all, DER_SEQUENCE, &both) || all.length > 0 ||
		!der_take_integer(&both, &r) || !der_take_integer(&both, &s) || both.length > 0 ||
		r.length > half || s.length > half)
		return false;
	memset(raw, 0, 2 * half);
	memcpy(raw + half - r.length, r.at, r.length);
	memcpy(raw + 2 * half - s.length, s.at, s.length);
	return true;
}

/* ------------------------------------------------------------------------
 * OpenSSL
 * ------------------------------------------------------------------------ */

/* RFC 7518, section 3.5: a salt of the hash's length, MGF1 with the same hash. */
static bool
set_padding(EVP_PKEY_CTX *context, const JoseFacts *facts)
{
	return facts->family != JOSE_RSA_PSS ||
		(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
		 EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

/* A context that is ready to sign or verify, or NULL. */
static EVP_MD_CTX *
begin(const Jwk *key, const JoseFacts *facts, bool signs)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *parameters = NULL;	/* goes with the context */
	const EVP_MD *hash = facts->hash_bits == 0 ? NULL : backend_hash(facts->hash_bits);

	if (context != NULL && (hash != NULL || facts->hash_bits == 0) &&
		(signs ? EVP_DigestSignInit(context, &parameters, hash, NULL, key->pkey) :
		 EVP_DigestVerifyInit(context, &parameters, hash, NULL, key->pkey)) == 1 &&
		set_padding(parameters, facts))
		return context;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return NULL;
}

static JoseReason
verify_hmac(const Jwk *key, const JoseFacts *facts, const void *data, size_t length,
			const uint8_t *signature)
{
	uint8_t		right[BACKEND_HASH_MAX];
	size_t		made = (size_t) facts->hash_bits / 8;
	JoseReason	reason = JOSE_FAILED;

	if (backend_hmac_again(key->hmac, facts->hash_bits, key->first, key->first_length, data, length,
						   right))
		reason = CRYPTO_memcmp(right, signature, made) == 0 ? JOSE_OK : JOSE_SIGNATURE_WRONG;
	wipe_memory(right, sizeof(right));
	return reason;
}

JoseReason
signature_verify(const Jwk *key, const void *data, size_t length, const uint8_t *signature,
				 size_t signature_length)
{
	const JoseFacts *facts = jose_facts(key->algorithm);
	uint8_t		der[DER_MAX];
	DerWriter	writer;
	EVP_MD_CTX *context;
	bool		right;

	if (facts == NULL || (facts->family != JOSE_HMAC && key->pkey == NULL))
		return JOSE_FAILED;
	if (signature_length != length_of(key, facts))
		return JOSE_SIGNATURE_LENGTH;
	if (facts->family == JOSE_HMAC)
		return verify_hmac(key, facts, data, length, signature);
	if (facts->family == JOSE_ECDSA)
	{
		der_begin(&writer, der, sizeof(der));
		if (!to_der(signature, facts, &writer))
			return JOSE_SIGNATURE_RANGE;
		signature = writer.at;
		signature_length = writer.length;
	}

	context = begin(key, facts, false);
	if (context == NULL)
		return JOSE_FAILED;
	right = EVP_DigestVerify(context, signature, signature_length, data, length) == 1;
	EVP_MD_CTX_free(context);

	/* a wrong signature leaves an error in the queue */
	ERR_clear_error();
	return right ? JOSE_OK : JOSE_SIGNATURE_WRONG;
}

JoseReason
signature_make(const Jwk *key, const void *data, size_t length, uint8_t *out, size_t *made)
{
	const JoseFacts *facts = jose_facts(key->algorithm);
	uint8_t		der[DER_MAX];
	bool		ecdsa = facts != NULL && facts->family == JOSE_ECDSA;
	size_t		written = ecdsa ? sizeof(der) : SIGNATURE_MAX;
	EVP_MD_CTX *context;
	bool		good;

	*made = 0;
	if (facts == NULL || !facts->signs)
		return JOSE_ALG_NOT_SIGNING;
	if (!key->is_private)
		return JOSE_KEY_NOT_PRIVATE;
	if (facts->family == JOSE_HMAC)
	{
		if (!backend_hmac_again(key->hmac, facts->hash_bits, key->first, key->first_length, data,
								length, out))
			return JOSE_FAILED;
		*made = length_of(key, facts);
		return JOSE_OK;
	}

	context = begin(key, facts, true);
	good = context != NULL &&
		EVP_DigestSign(context, ecdsa ? der : out, &written, data, length) == 1 &&
		(ecdsa ? from_der(der, written, facts, out) : written == length_of(key, facts));
	EVP_MD_CTX_free(context);
	if (!good)
	{
		ERR_clear_error();
		return JOSE_FAILED;
	}
	*made = length_of(key, facts);
	return JOSE_OK;
}
