// What PostgREST does with a request, in a few lines, to try the schema without it:
// verify the JWT by the published keys, become the role of its claim, put the
// request into settings, call the pre-request function, do what was asked.
//
//     npm install jose@6 pg@8
//     PGHOST=... PGDATABASE=... node gateway.mjs
import * as jose from 'jose';
import pg from 'pg';

const client = new pg.Client({ user: 'authenticator' });
await client.connect();

// PostgREST reads it from its settings: jwt-secret = "@/path/to/jwks.json"
async function keys() {
  return jose.createLocalJWKSet((await request('SELECT app.jwks() AS jwks')).rows[0].jwks);
}

async function request(query, values = [], token = undefined) {
  let role = 'visitor';
  let claims = {};
  if (token !== undefined) {
    try {
      claims = (await jose.jwtVerify(token, await keys(),
        { issuer: 'https://notes.example', audience: 'notes', typ: 'at+jwt' })).payload;
    } catch {
      return { status: 401, rows: [] };
    }
    role = claims.role;
  }
  try {
    await client.query('BEGIN');
    await client.query("SELECT set_config('role', $1, true), set_config('request.headers', $2, true), set_config('request.jwt.claims', $3, true)",
      [role, JSON.stringify(token === undefined ? {} : { authorization: `Bearer ${token}` }), JSON.stringify(claims)]);
    await client.query('SELECT app.pre_request()');
    const { rows } = await client.query(query, values);
    await client.query('COMMIT');
    return { status: 200, rows };
  } catch (error) {
    await client.query('ROLLBACK');
    // PostgREST's own rule: PTxyz is the status xyz
    return { status: /^PT\d{3}$/.test(error.code) ? Number(error.code.slice(2)) : 403, rows: [] };
  }
}

const call = async (name, ...values) =>
  Object.values((await request(`SELECT app.${name}(${values.map((_, i) => `$${i + 1}`)})`, values)).rows[0])[0];
const notes = async (token) => {
  const { status, rows } = await request('SELECT text FROM app.notes ORDER BY id', [], token);
  return `${status} ${JSON.stringify(rows.map((row) => row.text))}`;
};
const touched = (token) => token.slice(0, -10) + (token.at(-10) === 'A' ? 'B' : 'A') + token.slice(-9);

const ann = await call('login', 'ann@example.com', 'correct horse battery staple');
const bob = await call('login', 'bob@example.com', 'seven green bottles falling');
console.log('ann and bob:', ann.status, bob.status);
console.log('a wrong password:', (await call('login', 'ann@example.com', 'a wrong guess')).status);
console.log('ann writes:', (await request("INSERT INTO app.notes (text) VALUES ('water the plants')", [], ann.token)).status);
console.log('ann reads:', await notes(ann.token));
console.log('bob reads:', await notes(bob.token));
console.log('a visitor reads:', await notes());
console.log('a token that was touched:', await notes(touched(ann.token)));

const next = await call('refresh', ann.refresh_token);
console.log('refreshed:', next.status, await notes(next.token));
console.log('the same again:', (await call('refresh', ann.refresh_token)).refresh_token === next.refresh_token);

console.log('logged out:', await call('logout', next.refresh_token));
console.log('ann reads:', await notes(next.token));
console.log('and with the token before:', await notes(ann.token));
console.log('refreshed:', (await call('refresh', next.refresh_token)).status);
console.log('bob still reads:', await notes(bob.token));
await client.end();
