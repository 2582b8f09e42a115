/*
 * pkey.c
 *		OpenSSL's keys from their numbers, and back.
 *
 * By way of DER (SubjectPublicKeyInfo, RFC 5280; RSAPrivateKey, RFC 8017;
 * ECPrivateKey, RFC 5915), which OpenSSL 1.1.1 and 3 read alike.
 */
#include "crypto/pkey.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/wipe.h"

#define RSA_BITS 3072
#define EC_COORDINATE_MAX 66

/* Object identifiers, with tag and length. */
static const uint8_t oid_rsa[] = {
	0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01,
	0x05, 0x00,					/* and its parameters: NULL */
};
static const uint8_t oid_ec[] = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
static const uint8_t oid_p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
static const uint8_t oid_p384[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};
static const uint8_t oid_p521[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23};

static void
put_curve(DerWriter *writer, const JoseFacts *facts)
{
	if (facts->coordinate == 32)
		der_put(writer, oid_p256, sizeof(oid_p256));
	else if (facts->coordinate == 48)
		der_put(writer, oid_p384, sizeof(oid_p384));
	else
		der_put(writer, oid_p521, sizeof(oid_p521));
}

/* A BIT STRING of whole bytes around the newest `length` bytes. */
static void
put_bits(DerWriter *writer, size_t length)
{
	static const uint8_t none_unused = 0;

	der_put(writer, &none_unused, 1);
	der_put_header(writer, DER_BIT_STRING, length + 1);
}

/* The point as SEC 1 has it, uncompressed. */
static size_t
put_point(DerWriter *writer, DerBytes x, DerBytes y)
{
	static const uint8_t uncompressed = 4;

	der_put(writer, y.at, y.length);
	der_put(writer, x.at, x.length);
	der_put(writer, &uncompressed, 1);
	return 1 + x.length + y.length;
}

/* What was written, read by OpenSSL; and the buffer wiped. */
static EVP_PKEY *
read_written(const DerWriter *writer, uint8_t *buffer, size_t size, int private_type)
{
	const uint8_t *at = writer->at;
	EVP_PKEY   *pkey = NULL;

	if (!writer->full && private_type == EVP_PKEY_NONE)
		pkey = d2i_PUBKEY(NULL, &at, (long) writer->length);
	else if (!writer->full)
		pkey = d2i_PrivateKey(private_type, NULL, &at, (long) writer->length);
	wipe_memory(buffer, size);
	if (pkey == NULL)
		ERR_clear_error();
	return pkey;
}

EVP_PKEY *
pkey_rsa(DerBytes modulus, DerBytes exponent, const DerBytes *private)
{
	uint8_t		buffer[PKEY_PRIVATE_MAX];
	DerWriter	writer;
	int			i;

	der_begin(&writer, buffer, sizeof(buffer));
	for (i = PKEY_RSA_PRIVATE; private != NULL && i-- > 0;)
		der_put_integer(&writer, private[i]);
	der_put_integer(&writer, exponent);
	der_put_integer(&writer, modulus);
	if (private != NULL)
	{
		DerBytes	two_primes = {NULL, 0};

		der_put_integer(&writer, two_primes);
		der_put_header(&writer, DER_SEQUENCE, writer.length);
		return read_written(&writer, buffer, sizeof(buffer), EVP_PKEY_RSA);
	}
	der_put_header(&writer, DER_SEQUENCE, writer.length);
	put_bits(&writer, writer.length);
	der_put(&writer, oid_rsa, sizeof(oid_rsa));
	der_put_header(&writer, DER_SEQUENCE, sizeof(oid_rsa));
	der_put_header(&writer, DER_SEQUENCE, writer.length);
	return read_written(&writer, buffer, sizeof(buffer), EVP_PKEY_NONE);
}

/* ECPrivateKey: version 1, d, [0] curve, [1] point. */
static void
put_ec_private(DerWriter *writer, const JoseFacts *facts, DerBytes x, DerBytes y,
			   DerBytes private)
{
	static const uint8_t one = 1;
	DerBytes	version = {&one, 1};
	size_t		before;

	put_bits(writer, put_point(writer, x, y));
	der_put_header(writer, 0xA1, writer->length);
	before = writer->length;
	put_curve(writer, facts);
	der_put_header(writer, 0xA0, writer->length - before);
	der_put(writer, private.at, private.length);
	der_put_header(writer, DER_OCTET_STRING, private.length);
	der_put_integer(writer, version);
	der_put_header(writer, DER_SEQUENCE, writer->length);
}

EVP_PKEY *
pkey_ec(const JoseFacts *facts, DerBytes x, DerBytes y, const DerBytes *private)
{
	uint8_t		buffer[512];
	DerWriter	writer;
	size_t		before;

	der_begin(&writer, buffer, sizeof(buffer));
	if (private != NULL)
	{
		put_ec_private(&writer, facts, x, y, *private);
		return read_written(&writer, buffer, sizeof(buffer), EVP_PKEY_EC);
	}
	put_bits(&writer, put_point(&writer, x, y));
	before = writer.length;
	put_curve(&writer, facts);
	der_put(&writer, oid_ec, sizeof(oid_ec));
	der_put_header(&writer, DER_SEQUENCE, writer.length - before);
	der_put_header(&writer, DER_SEQUENCE, writer.length);
	return read_written(&writer, buffer, sizeof(buffer), EVP_PKEY_NONE);
}

EVP_PKEY *
pkey_ed25519(DerBytes x, const DerBytes *private)
{
	EVP_PKEY   *pkey;

	if (private != NULL)
		pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, private->at,
											private->length);
	else
		pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x.at, x.length);
	if (pkey == NULL)
		ERR_clear_error();
	return pkey;
}

bool
pkey_is_pair(EVP_PKEY *pkey, const JoseFacts *facts, DerBytes x)
{
	EVP_PKEY_CTX *context;
	bool		good;

	if (facts->family == JOSE_ED25519)
	{
		uint8_t		derived[32];
		size_t		length = sizeof(derived);

		good = EVP_PKEY_get_raw_public_key(pkey, derived, &length) == 1 &&
			length == x.length && memcmp(derived, x.at, length) == 0;
	}
	else
	{
		context = EVP_PKEY_CTX_new(pkey, NULL);
		good = context != NULL && EVP_PKEY_check(context) == 1;
		EVP_PKEY_CTX_free(context);
	}
	if (!good)
		ERR_clear_error();
	return good;
}

static int
type_of(const JoseFacts *facts)
{
	switch (facts->family)
	{
		case JOSE_RSA:
		case JOSE_RSA_PSS:
			return EVP_PKEY_RSA;
		case JOSE_ECDSA:
			return EVP_PKEY_EC;
		case JOSE_ED25519:
			return EVP_PKEY_ED25519;
		default:
			return EVP_PKEY_NONE;
	}
}

EVP_PKEY *
pkey_generate(const JoseFacts *facts)
{
	int			type = type_of(facts);
	int			curve = facts->coordinate == 32 ? NID_X9_62_prime256v1 :
		facts->coordinate == 48 ? NID_secp384r1 : NID_secp521r1;
	EVP_PKEY_CTX *context = type == EVP_PKEY_NONE ? NULL : EVP_PKEY_CTX_new_id(type, NULL);
	EVP_PKEY   *pkey = NULL;

	if (context == NULL || EVP_PKEY_keygen_init(context) != 1 ||
		(type == EVP_PKEY_RSA && EVP_PKEY_CTX_set_rsa_keygen_bits(context, RSA_BITS) != 1) ||
		(type == EVP_PKEY_EC && EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, curve) != 1) ||
		EVP_PKEY_keygen(context, &pkey) != 1)
	{
		ERR_clear_error();
		pkey = NULL;
	}
	EVP_PKEY_CTX_free(context);
	return pkey;
}

/* Copy a number into `out` of `size` bytes. */
static bool
copy_number(DerBytes number, uint8_t *out, size_t size, size_t *length)
{
	*length = number.length;
	if (number.length == 0 || number.length > size)
		return false;
	memcpy(out, number.at, number.length);
	return true;
}

/* From the BIT STRING of a SubjectPublicKeyInfo. */
static bool
read_numbers(DerBytes spki, const JoseFacts *facts, uint8_t *first, size_t *first_length,
			 uint8_t *second, size_t *second_length)
{
	DerBytes	info;
	DerBytes	algorithm;
	DerBytes	bits;
	DerBytes	numbers;
	DerBytes	n;
	DerBytes	e;
	size_t		half = facts->coordinate;

	if (!der_take(&spki, DER_SEQUENCE, &info) || !der_take(&info, DER_SEQUENCE, &algorithm) ||
		!der_take(&info, DER_BIT_STRING, &bits) || bits.length < 2 || *bits.at != 0)
		return false;
	bits.at++;
	bits.length--;
	if (facts->family != JOSE_ECDSA)
		return der_take(&bits, DER_SEQUENCE, &numbers) &&
			der_take_integer(&numbers, &n) && der_take_integer(&numbers, &e) &&
			copy_number(n, first, PKEY_MODULUS_MAX, first_length) &&
			copy_number(e, second, EC_COORDINATE_MAX, second_length);
	if (bits.length != 1 + 2 * half || *bits.at != 4)
		return false;
	memcpy(first, bits.at + 1, half);
	memcpy(second, bits.at + 1 + half, half);
	*first_length = *second_length = half;
	return true;
}

bool
pkey_numbers(EVP_PKEY *pkey, const JoseFacts *facts, uint8_t *first, size_t *first_length,
			 uint8_t *second, size_t *second_length)
{
	uint8_t    *der = NULL;
	int			length;
	bool		good;

	if (facts->family == JOSE_ED25519)
	{
		*first_length = facts->coordinate;
		*second_length = 0;
		good = EVP_PKEY_get_raw_public_key(pkey, first, first_length) == 1;
	}
	else
	{
		length = i2d_PUBKEY(pkey, &der);
		good = length > 0 &&
			read_numbers((DerBytes) {der, (size_t) length}, facts, first, first_length,
						 second, second_length);
		OPENSSL_free(der);
	}
	if (!good)
		ERR_clear_error();
	return good;
}

bool
pkey_pack(EVP_PKEY *pkey, uint8_t *out, size_t size, size_t *length)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
	uint8_t    *der = NULL;
	int			made = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	bool		good = made > 0 && (size_t) made <= size;

	if (good)
		memcpy(out, der, (size_t) made);
	*length = good ? (size_t) made : 0;
	OPENSSL_clear_free(der, made > 0 ? (size_t) made : 0);
	PKCS8_PRIV_KEY_INFO_free(info);
	if (!good)
		ERR_clear_error();
	return good;
}

EVP_PKEY *
pkey_unpack(const uint8_t *bytes, size_t length, const JoseFacts *facts)
{
	const uint8_t *at = bytes;
	PKCS8_PRIV_KEY_INFO *info = NULL;
	EVP_PKEY   *pkey = NULL;

	if (length <= PKEY_PRIVATE_MAX)
		info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long) length);
	if (info != NULL && at == bytes + length)
		pkey = EVP_PKCS82PKEY(info);
	PKCS8_PRIV_KEY_INFO_free(info);
	if (pkey != NULL && EVP_PKEY_base_id(pkey) != type_of(facts))
	{
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	if (pkey == NULL)
		ERR_clear_error();
	return pkey;
}
