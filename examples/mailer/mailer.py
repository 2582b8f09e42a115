#!/usr/bin/env python3
"""A small mailer for Enclave: takes queued mail and sends it by SMTP.

    PGSERVICE=app SMTP_HOST=mail.example.com MAIL_FROM=no-reply@example.com \\
        APP_URL=https://app.example.com ./mailer.py

It needs psycopg 3 and a role of level mailer, and nothing else in the database:

    CREATE ROLE mailer LOGIN;
    SELECT enclave.grant_access('mailer', 'mailer');

Whoever is this role can sign in as anyone, so run it where nothing else runs.

A mail is taken in a transaction of its own, committed before anything is sent.
If this process then dies, the mail is offered again once its lease has passed:
a mail may come twice, and none is lost. Tokens are in memory only; they are
neither logged nor stored. In a link they stand behind '#', so that no server's
log and no Referer header holds them; the page there posts them.

Any number of mailers may run side by side.
"""

import logging
import os
import re
import select
import signal
import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import psycopg
from psycopg.rows import namedtuple_row

# Few at a time: a lease has to last for all of them.
BATCH = 10

# Failed mails fall due without a notification.
POLL_SECONDS = float(os.environ.get("MAILER_POLL", "30"))

RECONNECT_SECONDS = 5
SMTP_TIMEOUT_SECONDS = 30

# What is sent for each kind of mail. Nothing that a stranger typed goes into a
# mail to somebody else: no names.
TEXTS = {
    "password_reset": (
        "Set a new password",
        "Somebody, probably you, asked for a new password. Set it here until {expires_at}:\n\n"
        "{app_url}/reset#token={token}\n\n"
        "If it was not you, do nothing: your password stays as it is.\n",
    ),
    "email_verification": (
        "Confirm your address",
        "Please confirm that this is your address, until {expires_at}:\n\n"
        "{app_url}/verify#token={token}\n\n"
        "If you did not sign up, say so, and the account is removed:\n\n"
        "{app_url}/reject#token={token}\n",
    ),
    "magic_link": (
        "Your link to log in",
        "Log in here until {expires_at}, with the browser in which you asked for it:\n\n"
        "{app_url}/login#token={token}\n\n"
        "If you did not ask for it, do nothing.\n",
    ),
    "team_invitation": (
        "You are invited to a team",
        "Accept here until {expires_at}:\n\n{app_url}/invitation#token={token}\n",
    ),
    "already_registered": (
        "You have an account already",
        "Somebody, probably you, tried to sign up with this address. It has an account:\n"
        "log in, or ask for a new password.\n\n{app_url}/login\n",
    ),
    "email_change": (
        "Confirm your new address",
        "This is to be the new address of an account, instead of {other_email_hint}. Confirm it\n"
        "until {expires_at}:\n\n{app_url}/email#token={token}\n\n"
        "If it was not you who asked for it, do nothing.\n",
    ),
    "email_changed": (
        "Your address was changed",
        "The address of your account is now {other_email_hint}. If that was not you, take it back\n"
        "until {expires_at}:\n\n{app_url}/email#token={token}\n",
    ),
    "password_changed": (
        "Your password was changed",
        "The password of your account was changed. If that was not you, set a new one:\n\n"
        "{app_url}/forgot\n",
    ),
    "account_locked": (
        "Too many failed logins",
        "There were too many failed logins to your account; for some time none is accepted from\n"
        "there. If it was not you: your password has held.\n",
    ),
}

log = logging.getLogger("mailer")


class End:
    """Whether this process has been told to end; wakes a select as well."""

    def __init__(self):
        self.told = False
        self.reader, self.writer = os.pipe()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.tell)

    def tell(self, *_):
        """The signal handler."""
        self.told = True
        os.write(self.writer, b".")


def compose(mail):
    """The message for a row of take_mail."""
    subject, text = TEXTS[mail.kind]
    message = EmailMessage()
    message["From"] = os.environ["MAIL_FROM"]
    message["To"] = mail.recipient
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=os.environ["MAIL_FROM"].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        text.format(
            app_url=os.environ["APP_URL"].rstrip("/"),
            token=mail.token,
            expires_at=mail.expires_at and mail.expires_at.strftime("%d %B %Y, %H:%M %Z"),
            other_email_hint=mail.data.get("other_email_hint", "another"),
        ),
        # no line is wrapped: links stay whole
        cte="7bit",
    )
    return message


def connect_smtp():
    """A connection to the mail server. SMTP_TLS: starttls (default), implicit, none."""
    host = os.environ["SMTP_HOST"]
    tls = os.environ.get("SMTP_TLS", "starttls")
    port = int(os.environ.get("SMTP_PORT", "465" if tls == "implicit" else "587"))
    if tls == "implicit":
        smtp = smtplib.SMTP_SSL(
            host, port, timeout=SMTP_TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(host, port, timeout=SMTP_TIMEOUT_SECONDS)
    if tls == "starttls":
        smtp.starttls(context=ssl.create_default_context())
    if "SMTP_USER" in os.environ:
        smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])
    return smtp


def describe(error):
    """An error in words that hold no token: a server may quote the mail it refuses."""
    return re.sub(r"\w{20,}", "***", f"{type(error).__name__}: {error}")[:500]


def send(database, mail):
    """Send a mail and say what became of it."""
    try:
        with connect_smtp() as smtp:
            smtp.send_message(compose(mail))
    except Exception as error:  # whatever it is, the mail is to be offered again
        log.warning("mail %s (%s) failed: %s", mail.mail_id, mail.kind, describe(error))
        database.execute("SELECT enclave.mail_failed(%s, %s)", (mail.mail_id, describe(error)))
    else:
        log.info("mail %s (%s) sent", mail.mail_id, mail.kind)
        database.execute("SELECT enclave.mail_sent(%s)", (mail.mail_id,))


def take_and_send(database, end):
    """Send everything that is due."""
    while not end.told:
        # autocommit: the lease is committed before the first is sent
        mails = database.execute("SELECT * FROM enclave.take_mail(%s)", (BATCH,)).fetchall()
        if not mails:
            return
        for mail in mails:
            if end.told:
                return
            send(database, mail)


def work(database, end, once):
    """Send what there is; then, unless once, whenever there is more."""
    heard = []
    database.add_notify_handler(heard.append)
    # LISTEN first: what is queued after the last look is heard of
    database.execute("LISTEN enclave_mail")
    while not end.told:
        heard.clear()
        take_and_send(database, end)
        if once:
            return
        if not heard:
            select.select([database.fileno(), end.reader], [], [], POLL_SECONDS)


def main():
    """Work until told to end; a lost connection to the database is made anew."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    end = End()
    once = "--once" in sys.argv[1:]
    while not end.told:
        try:
            with psycopg.connect(
                "", autocommit=True, application_name="mailer", row_factory=namedtuple_row
            ) as database:
                work(database, end, once)
        except psycopg.OperationalError as error:
            if once:
                raise
            log.warning("database: %s", describe(error))
            select.select([end.reader], [], [], RECONNECT_SECONDS)
        if once:
            return


if __name__ == "__main__":
    main()
