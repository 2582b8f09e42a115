-- What happened, and who is told of it.

-- level: auditor, support
CREATE OR REPLACE FUNCTION enclave.audit(
    user_id bigint DEFAULT NULL, event text DEFAULT NULL, since timestamptz DEFAULT NULL,
    max_rows integer DEFAULT 100,
    OUT id bigint, OUT at timestamptz, OUT event text, OUT user_id bigint, OUT actor_id bigint,
    OUT token_id bigint, OUT session_id bigint, OUT role text, OUT ip inet, OUT user_agent text,
    OUT metadata jsonb)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 AS 'MODULE_PATHNAME', 'enclave_audit';
COMMENT ON FUNCTION enclave.audit(bigint, text, timestamptz, integer) IS
'the audit log, newest first: of one user or, for auditors, of all; of an event or a beginning such as auth.login.*; NC008, NC009';

-- level: app
CREATE OR REPLACE FUNCTION enclave.log_event(
    user_id bigint, event text, ip inet DEFAULT NULL, user_agent text DEFAULT NULL,
    metadata jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_log_event';
COMMENT ON FUNCTION enclave.log_event(bigint, text, inet, text, jsonb) IS
'record an event of the application''s own, whose name begins with app.; of a user or (NULL) of none; metadata of 4096 bytes at most; NC005, NC008';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.on_event(pattern text, handler regprocedure)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_on_event';
COMMENT ON FUNCTION enclave.on_event(text, regprocedure) IS
'call handler(jsonb), as the role that calls this, in the transaction of every event that matches; its error is a WARNING in the log; NC008, NC009';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.off_event(id bigint)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_off_event';
COMMENT ON FUNCTION enclave.off_event(bigint) IS
'call that handler no more; NC010';

-- level: auditor
CREATE OR REPLACE VIEW enclave.handlers AS
    SELECT h.id, h.pattern, h.function, h.role, h.registered_at
    FROM enclave.event_handlers h;
COMMENT ON VIEW enclave.handlers IS
'the functions that on_event() has registered';
