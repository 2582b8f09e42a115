"""A gateway in the shape of PostgREST: users' requests come to the database as
they are, over one login role that may do nothing itself.

Each request is one transaction: become the role "web" (level "anon"), put the
request into settings, call the pre-request function, do what was asked.  The
gateway holds no secret and is not trusted with one; it cannot name a user.

    PGHOST=... PGDATABASE=... python3 gateway.py        (after backend.py)
"""
import json

import psycopg
from psycopg import sql


def connect():
    return psycopg.connect(user='authenticator', autocommit=True, prepare_threshold=None)


def request(connection, method, path, query, arguments=(), headers=None):
    """Answer a request with a status of HTTP and rows."""
    try:
        with connection.transaction():
            connection.execute('SET LOCAL ROLE web')
            connection.execute(
                "SELECT set_config('request.method', %s, true), set_config('request.path', %s, true),"
                " set_config('request.headers', %s, true)",
                (method, path, json.dumps(headers or {})))
            connection.execute('SELECT app.pre_request()')
            cursor = connection.execute(query, arguments)
            return 200, cursor.fetchall() if cursor.description else []
    except psycopg.Error as error:
        # PostgREST's own rule: PTxyz is the status xyz
        state = error.sqlstate or ''
        return (int(state[2:]), []) if state.startswith('PT') else (403, [])


def log_in(connection, email, password):
    status, rows = request(connection, 'POST', '/rpc/login', 'SELECT app.login(%s, %s)', (email, password))
    return rows[0][0] if status == 200 else {'status': status}


def bearer(token):
    return {'authorization': f'Bearer {token}'}


def notes(connection, **headers):
    status, rows = request(connection, 'GET', '/notes', 'SELECT text FROM app.notes ORDER BY id', **headers)
    return status, [text for text, in rows]


def main():
    with connect() as connection:
        ann = log_in(connection, 'ann@example.com', 'correct horse battery staple')
        bob = log_in(connection, 'bob@example.com', 'seven green bottles falling')
        print('ann and bob:', ann['status'], bob['status'])
        print('a wrong password:', log_in(connection, 'ann@example.com', 'a wrong guess')['status'])

        print('ann reads', notes(connection, headers=bearer(ann['token'])))
        print('nobody reads', notes(connection))
        print('bob reads', notes(connection, headers=bearer(bob['token'])))
        print('a false token:', notes(connection, headers=bearer('eat_' + 'x' * 38)))
        print('another scheme:', notes(connection, headers={'authorization': 'Basic YW5uOmFubg=='}))

        print('bob deletes all that he can:', request(
            connection, 'DELETE', '/notes', 'DELETE FROM app.notes RETURNING text', headers=bearer(bob['token'])))
        print('ann still reads', notes(connection, headers=bearer(ann['token'])))

        # claims that a request makes of itself: they are settings, and settings prove nothing
        for name in ('app.user_id', 'request.jwt.claims', 'request.jwt.claim.sub'):
            query = sql.SQL("SELECT text FROM app.notes, (SELECT set_config({}, '1', true)) forged").format(name)
            print(name, 'forged:', request(connection, 'GET', '/notes', query))
        # a request cannot write as somebody else, issue itself a token, or look at tables
        for query in ("INSERT INTO app.notes (owner, text) VALUES (1, 'forged')",
                      "SELECT token FROM enclave.create_token(1, 'forged')",
                      'SELECT password_hash FROM enclave.users'):
            print('refused:', request(connection, 'POST', '/', query, headers=bearer(bob['token'])))


if __name__ == '__main__':
    main()
