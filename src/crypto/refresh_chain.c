/*
 * refresh_chain.c
 *		The refresh tokens of a family.
 */
#include "crypto/refresh_chain.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto/backend.h"
#include "crypto/base62.h"
#include "crypto/digest.h"
#include "crypto/wipe.h"

/* Where things stand in a block. */
#define FAMILY_LENGTH 8
#define GENERATION_LENGTH 4
#define NOISE_AT (FAMILY_LENGTH + GENERATION_LENGTH)
#define NOISE_LENGTH (BASE62_BLOCK_LENGTH - NOISE_AT)

#define FRAME (TOKEN_PREFIX_LENGTH + TOKEN_CHECKSUM_LENGTH)

/* One secret, two keys: for the blocks, and for the hash of a predecessor. */
static bool
derive(const TokenDigest *secret, const char *purpose, TokenDigest *key)
{
	return digest_hmac(secret, purpose, strlen(purpose), key);
}

/* One block, with no padding and no chaining: there is never a second of a value. */
static bool
crypt_block(const TokenDigest *secret, bool encrypt, uint8_t *block)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = backend_block_cipher();
	uint8_t		out[2 * BASE62_BLOCK_LENGTH];
	TokenDigest key;
	int			made = 0;
	bool		good;

	good = context != NULL && cipher != NULL && derive(secret, "refresh token block", &key) &&
		EVP_CipherInit_ex(context, cipher, NULL, key.bytes, NULL, encrypt) == 1 &&
		EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
		EVP_CipherUpdate(context, out, &made, block, BASE62_BLOCK_LENGTH) == 1 &&
		made == BASE62_BLOCK_LENGTH;
	EVP_CIPHER_CTX_free(context);
	wipe_memory(&key, sizeof(key));
	if (good)
		memcpy(block, out, BASE62_BLOCK_LENGTH);
	else
		ERR_clear_error();
	wipe_memory(out, sizeof(out));
	return good;
}

static void
put_number(uint64_t number, size_t length, uint8_t *out)
{
	size_t		i;

	for (i = length; i-- > 0; number >>= 8)
		out[i] = (uint8_t) number;
}

static uint64_t
get_number(const uint8_t *bytes, size_t length)
{
	uint64_t	number = 0;
	size_t		i;

	for (i = 0; i < length; i++)
		number = number << 8 | bytes[i];
	return number;
}

static bool
make(const TokenDigest *secret, const RefreshPlace *place, size_t random_length,
	 RandomSource random, char *out)
{
	uint8_t		block[BASE62_BLOCK_LENGTH];
	bool		good;

	out[0] = '\0';
	if (random_length < TOKEN_RANDOM_MIN || random_length > TOKEN_RANDOM_MAX)
		return false;
	put_number((uint64_t) place->family, FAMILY_LENGTH, block);
	put_number(place->generation, GENERATION_LENGTH, block + FAMILY_LENGTH);
	good = random(block + NOISE_AT, NOISE_LENGTH) && crypt_block(secret, true, block) &&
		token_random_text(random_length - BASE62_BLOCK_DIGITS, random,
						  out + TOKEN_PREFIX_LENGTH + BASE62_BLOCK_DIGITS);
	if (good)
	{
		base62_from_block(block, out + TOKEN_PREFIX_LENGTH);
		token_frame(TOKEN_REFRESH, random_length, out);
	}
	wipe_memory(block, sizeof(block));
	return good;
}

bool
refresh_chain_begin(const TokenDigest *secret, int64_t family, size_t random_length,
					RandomSource random, char *out)
{
	RefreshPlace place = {family, 0};

	return make(secret, &place, random_length, random, out);
}

bool
refresh_chain_read(const TokenDigest *secret, const char *text, size_t length,
				   RefreshPlace *place)
{
	uint8_t		block[BASE62_BLOCK_LENGTH];

	if (length < FRAME + TOKEN_RANDOM_MIN ||
		!base62_to_block(text + TOKEN_PREFIX_LENGTH, block) ||
		!crypt_block(secret, false, block))
		return false;
	place->family = (int64_t) get_number(block, FAMILY_LENGTH);
	place->generation = (uint32_t) get_number(block + FAMILY_LENGTH, GENERATION_LENGTH);
	wipe_memory(block, sizeof(block));
	return true;
}

/*
 * The bytes that follow from a token, as a RandomSource, which has no argument
 * of its own: HMAC(key, n || token) for n = 0, 1, 2 ...
 */
static struct
{
	TokenDigest key;
	uint8_t		message[1 + TOKEN_SIZE];
	size_t		length;
}			following;

static bool
follow(void *buffer, size_t length)
{
	uint8_t    *out = buffer;
	bool		good = true;

	while (good && length > 0)
	{
		size_t		part = length < TOKEN_DIGEST_LENGTH ? length : TOKEN_DIGEST_LENGTH;
		TokenDigest digest;

		good = following.message[0] < UINT8_MAX &&
			digest_hmac(&following.key, following.message, following.length, &digest);
		memcpy(out, digest.bytes, part);
		wipe_memory(&digest, sizeof(digest));
		following.message[0]++;
		out += part;
		length -= part;
	}
	return good;
}

bool
refresh_chain_next(const TokenDigest *secret, const char *text, size_t length, char *out)
{
	RefreshPlace place;
	bool		good;

	out[0] = '\0';
	if (length >= TOKEN_SIZE || !refresh_chain_read(secret, text, length, &place) ||
		place.generation == UINT32_MAX)
		return false;
	place.generation++;
	following.message[0] = 0;
	memcpy(following.message + 1, text, length);
	following.length = 1 + length;
	good = derive(secret, "refresh token successor", &following.key) &&
		make(secret, &place, length - FRAME, follow, out);
	wipe_memory(&following, sizeof(following));
	return good;
}
