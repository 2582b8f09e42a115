// node's library "jose" on one side, Enclave on the other.
//
//   jose.mjs verify   lines "JWK TAB token" on standard input: the payload of each
//   jose.mjs sign     for each algorithm, a new key's JWK TAB token
//   jose.mjs readers  lines "ISSUER TAB AUDIENCE TAB SET TAB token": the subject, by jose's reader
//                     of a set at hand and by the one that fetches it by HTTP
//
// To be run in a folder where jose is installed.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
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

// Access tokens of RFC 9068, with every check that jose has.
async function read(set, issuer, audience, token) {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/jwk-set+json');
    response.end(set);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const options = { issuer, audience, typ: 'at+jwt', requiredClaims: ['sub', 'exp', 'iat', 'jti'] };
    const here = await jose.jwtVerify(token, jose.createLocalJWKSet(JSON.parse(set)), options);
    const address = new URL(`http://127.0.0.1:${server.address().port}/jwks`);
    const there = await jose.jwtVerify(token, jose.createRemoteJWKSet(address), options);
    if (JSON.stringify(here.payload) !== JSON.stringify(there.payload))
      throw new Error('two readers read two things');
    return `${here.payload.sub} ${there.payload.name}`;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

if (process.argv[2] === 'readers')
  for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
    const [issuer, audience, set, token] = line.split('\t');
    console.log(await read(set, issuer, audience, token).catch((error) => `refused: ${error.code}`));
  }
else if (process.argv[2] === 'verify')
  for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
    const [jwk, token] = line.split('\t');
    console.log(await verify(JSON.parse(jwk), token).catch((error) => `refused: ${error.message}`));
  }
else
  for (const alg of algorithms)
    console.log(await sign(alg));
