// node's library "jose" on one side, Enclave on the other.
//
//   jose.mjs verify   lines "JWK TAB token" on standard input: the payload of each
//   jose.mjs sign     for each algorithm, a new key's JWK TAB token
//
// To be run in a folder where jose is installed.
import { readFileSync } from 'node:fs';
import * as jose from 'jose';

const algorithms = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512',
  'ES256', 'ES384', 'ES512', 'EdDSA'];

// By the key at hand, and for public keys once more by the kid in a key set.
async function verify(jwk, token) {
  const options = { algorithms: [jwk.alg] };
  const key = await jose.importJWK(jwk, jwk.alg);
  const { payload, protectedHeader } = await jose.compactVerify(token, key, options);
  if (protectedHeader.typ !== 'at+jwt' || protectedHeader.kid !== jwk.kid)
    throw new Error('header');
  if (await jose.calculateJwkThumbprint(jwk) !== jwk.kid)
    throw new Error('thumbprint');
  if (jwk.kty !== 'oct') {
    if (['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].some((name) => name in jwk))
      throw new Error('private');
    await jose.jwtVerify(token, jose.createLocalJWKSet({ keys: [jwk] }), options);
  }
  return new TextDecoder().decode(payload);
}

async function sign(alg) {
  const options = { extractable: true, modulusLength: 2048 };
  const made = alg.startsWith('HS')
    ? await jose.generateSecret(alg, options)
    : await jose.generateKeyPair(alg, options);
  const jwk = { ...await jose.exportJWK(made.publicKey ?? made), alg };
  const token = await new jose.CompactSign(new TextEncoder().encode(JSON.stringify({ by: 'jose', alg })))
    .setProtectedHeader({ alg, typ: 'JWT' }).sign(made.privateKey ?? made);
  return `${JSON.stringify(jwk)}\t${token}`;
}

if (process.argv[2] === 'verify')
  for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
    const [jwk, token] = line.split('\t');
    console.log(await verify(JSON.parse(jwk), token).catch((error) => `refused: ${error.message}`));
  }
else
  for (const alg of algorithms)
    console.log(await sign(alg));
