-- What is locked by failed logins.

-- level: support
CREATE OR REPLACE FUNCTION enclave.unlock(email text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_unlock';
COMMENT ON FUNCTION enclave.unlock(text) IS
'let the failed logins on an address count no longer, from wherever they came; a suspended password works again';

-- level: support
CREATE OR REPLACE FUNCTION enclave.unlock_network(network inet)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_unlock_network';
COMMENT ON FUNCTION enclave.unlock_network(inet) IS
'let the failed logins from a network over all accounts count no longer; NC008 for NULL';

-- level: auditor, support
CREATE OR REPLACE FUNCTION enclave.current_locks(
    OUT user_id bigint, OUT network cidr, OUT since timestamptz, OUT until timestamptz, OUT kind text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'enclave_current_locks';
COMMENT ON FUNCTION enclave.current_locks() IS
'what the view locked_accounts shows';

-- level: auditor, support
CREATE OR REPLACE VIEW enclave.locked_accounts AS
    SELECT l.user_id, l.network, l.since, l.until, l.kind FROM enclave.current_locks() l;
COMMENT ON VIEW enclave.locked_accounts IS
'the locks that hold now: of an account from a network (pair), from all (account), of a network over all accounts, and suspended passwords; user_id is NULL for an unknown address';
