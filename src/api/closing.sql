-- The end of every install and update script: nothing that it has created is
-- left to PUBLIC, or to anybody by default privileges.

-- level: none
CREATE OR REPLACE FUNCTION enclave.seal_privileges() RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_seal_privileges';
COMMENT ON FUNCTION enclave.seal_privileges() IS
'used by the extension''s own scripts only';

SELECT enclave.seal_privileges();
