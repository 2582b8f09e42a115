/*
 * backend.c
 *		OpenSSL's implementations, looked up once for the process.
 *
 * What is found is kept for ever, and what is not found is looked for again the
 * next time.  A template for each HMAC is kept too: it holds the hash and no key.
 */
#include "crypto/backend.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/wipe.h"

#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#include <openssl/core_names.h>
#include <openssl/params.h>
#endif

/* 0, 1, 2 for SHA-256, SHA-384, SHA-512; -1 for none of them. */
static int
place_of(int bits)
{
	return bits == 256 ? 0 : bits == 384 ? 1 : bits == 512 ? 2 : -1;
}

#if OPENSSL_VERSION_NUMBER >= 0x30000000L

static const char *const hash_names[] = {"SHA2-256", "SHA2-384", "SHA2-512"};

const EVP_MD *
backend_hash(int bits)
{
	static EVP_MD *hashes[3];
	int			place = place_of(bits);

	if (place < 0)
		return NULL;
	if (hashes[place] == NULL)
		hashes[place] = EVP_MD_fetch(NULL, hash_names[place], NULL);
	return hashes[place];
}

const EVP_CIPHER *
backend_cipher(void)
{
	static EVP_CIPHER *cipher;

	if (cipher == NULL)
		cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	return cipher;
}

const EVP_CIPHER *
backend_block_cipher(void)
{
	static EVP_CIPHER *cipher;

	if (cipher == NULL)
		cipher = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
	return cipher;
}

/* A context that knows its hash and has no key yet, or NULL. */
static EVP_MAC_CTX *
hmac_template(int bits)
{
	static EVP_MAC_CTX *templates[3];
	int			place = place_of(bits);

	if (place < 0)
		return NULL;
	if (templates[place] == NULL)
	{
		EVP_MAC    *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
		EVP_MAC_CTX *context = EVP_MAC_CTX_new(hmac);
		OSSL_PARAM	parameters[2] = {
			OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
											 (char *) hash_names[place], 0),
			OSSL_PARAM_construct_end()
		};

		/* the context holds on to what was fetched */
		EVP_MAC_free(hmac);
		if (context != NULL && EVP_MAC_CTX_set_params(context, parameters) == 1)
			templates[place] = context;
		else
			EVP_MAC_CTX_free(context);
	}
	return templates[place];
}

/* The first time with the key, and then without: OpenSSL goes back to where it knew the key. */
static bool
hmac(BackendHmac *kept, int bits, const uint8_t *key, size_t key_length, const void *data,
	 size_t length, uint8_t *out)
{
	EVP_MAC_CTX *template = hmac_template(bits);
	bool		first = kept->context == NULL;
	size_t		made = 0;

	if (first)
		kept->context = template == NULL ? NULL : EVP_MAC_CTX_dup(template);
	return kept->context != NULL &&
		EVP_MAC_init(kept->context, first ? key : NULL, first ? key_length : 0, NULL) == 1 &&
		EVP_MAC_update(kept->context, data, length) == 1 &&
		EVP_MAC_final(kept->context, out, &made, (size_t) bits / 8) == 1 &&
		made == (size_t) bits / 8;
}

void
backend_hmac_forget(BackendHmac *kept)
{
	EVP_MAC_CTX_free(kept->context);
	kept->context = NULL;
}

#else

const EVP_MD *
backend_hash(int bits)
{
	switch (place_of(bits))
	{
		case 0:
			return EVP_sha256();
		case 1:
			return EVP_sha384();
		case 2:
			return EVP_sha512();
		default:
			return NULL;
	}
}

const EVP_CIPHER *
backend_cipher(void)
{
	return EVP_aes_256_gcm();
}

const EVP_CIPHER *
backend_block_cipher(void)
{
	return EVP_aes_256_ecb();
}

static bool
hmac(BackendHmac *kept, int bits, const uint8_t *key, size_t key_length, const void *data,
	 size_t length, uint8_t *out)
{
	const EVP_MD *hash = backend_hash(bits);
	bool		first = kept->context == NULL;
	unsigned int made = 0;

	if (first)
		kept->context = HMAC_CTX_new();
	return kept->context != NULL && hash != NULL && key_length <= INT32_MAX &&
		HMAC_Init_ex(kept->context, first ? key : NULL, first ? (int) key_length : 0,
					 first ? hash : NULL, NULL) == 1 &&
		HMAC_Update(kept->context, data, length) == 1 &&
		HMAC_Final(kept->context, out, &made) == 1 &&
		made == (unsigned int) bits / 8;
}

void
backend_hmac_forget(BackendHmac *kept)
{
	HMAC_CTX_free(kept->context);
	kept->context = NULL;
}

#endif

bool
backend_hmac_again(BackendHmac *kept, int bits, const uint8_t *key, size_t key_length,
				   const void *data, size_t length, uint8_t *out)
{
	if (hmac(kept, bits, key, key_length, data, length, out))
		return true;
	ERR_clear_error();
	backend_hmac_forget(kept);
	if (place_of(bits) >= 0)
		wipe_memory(out, (size_t) bits / 8);
	return false;
}

bool
backend_hmac(int bits, const uint8_t *key, size_t key_length, const void *data,
			 size_t length, uint8_t *out)
{
	BackendHmac once = {NULL};
	bool		good = backend_hmac_again(&once, bits, key, key_length, data, length, out);

	backend_hmac_forget(&once);
	return good;
}
