-- For the process that sends mail.

-- level: mailer
CREATE OR REPLACE FUNCTION enclave.take_mail(
    max_count integer DEFAULT 100, OUT mail_id bigint, OUT kind text, OUT recipient text,
    OUT user_id bigint, OUT token text, OUT expires_at timestamptz, OUT data jsonb)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'enclave_take_mail';
COMMENT ON FUNCTION enclave.take_mail(integer) IS
'take mails that are due, each with its token made now; commit before sending, and say mail_sent or mail_failed';

-- level: mailer
CREATE OR REPLACE FUNCTION enclave.mail_sent(mail_id bigint)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_mail_sent';
COMMENT ON FUNCTION enclave.mail_sent(bigint) IS
'a mail was sent; nothing happens if it is not in the queue';

-- level: mailer
CREATE OR REPLACE FUNCTION enclave.mail_failed(mail_id bigint, error text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_mail_failed';
COMMENT ON FUNCTION enclave.mail_failed(bigint, text) IS
'a mail could not be sent: it is offered again, later each time, eight times in all';
