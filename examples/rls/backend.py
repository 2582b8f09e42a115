"""A trusted back end: one database role of level "app" for all users.

It signs people up, logs them in with the address they come from, and begins
each request's transaction with enclave.authenticate(token).  From there on row-
level security decides: a forgotten WHERE shows nobody another one's notes.

    PGHOST=... PGDATABASE=... python3 backend.py        (schema.sql was run)
"""
from contextlib import contextmanager

import psycopg


class Refused(Exception):
    """To be answered with 401; says why."""


def connect():
    # behind a pooler in transaction mode nothing may be kept in the session,
    # prepared statements neither
    return psycopg.connect(user='backend', autocommit=True, prepare_threshold=None)


def sign_up(connection, email, password):
    return connection.execute('SELECT id FROM enclave.signup(%s, %s)', (email, password)).fetchone()[0]


def log_in(connection, email, password, ip):
    # a refusal is a row: it is committed, and so counted
    status, token = connection.execute(
        'SELECT status, token FROM enclave.login(%s, %s, ip => %s)', (email, password, ip)).fetchone()
    if status != 'ok':
        raise Refused(status)
    return token


@contextmanager
def request(connection, token):
    """A transaction as the user whose token it is."""
    with connection.transaction():
        if connection.execute('SELECT enclave.authenticate(%s)', (token,)).fetchone()[0] is None:
            raise Refused('token_invalid')
        yield connection


def write(connection, token, text):
    with request(connection, token):
        connection.execute('INSERT INTO app.notes (text) VALUES (%s)', (text,))


def read(connection, token):
    with request(connection, token):
        return [text for text, in connection.execute('SELECT text FROM app.notes ORDER BY id')]


def main():
    with connect() as connection:
        for name, password in (('ann', 'correct horse battery staple'), ('bob', 'seven green bottles falling')):
            sign_up(connection, f'{name}@example.com', password)
        ann = log_in(connection, 'ann@example.com', 'correct horse battery staple', '192.0.2.1')
        bob = log_in(connection, 'bob@example.com', 'seven green bottles falling', '192.0.2.2')

        write(connection, ann, 'water the plants')
        write(connection, ann, 'call Bob')
        write(connection, bob, 'call Ann')
        print('ann reads', read(connection, ann))
        print('bob reads', read(connection, bob))

        # whoever forgets to authenticate reads nothing, and can write nothing
        print('nobody reads', connection.execute('SELECT text FROM app.notes').fetchall())
        try:
            connection.execute("INSERT INTO app.notes (text) VALUES ('anonymous')")
        except psycopg.errors.InsufficientPrivilege:
            print('nobody writes')

        try:
            log_in(connection, 'ann@example.com', 'a wrong guess', '192.0.2.3')
        except Refused as refused:
            print('a wrong password:', refused)

        connection.execute('SELECT enclave.logout(%s)', (bob,))
        try:
            read(connection, bob)
        except Refused as refused:
            print('after the logout:', refused)


if __name__ == '__main__':
    main()
