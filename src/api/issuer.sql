-- Outside providers, whose tokens authenticate the users linked to them.

-- level: admin
CREATE OR REPLACE FUNCTION enclave.trust_issuer(
    issuer text, jwks jsonb, audience text, algorithms text[])
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_trust_issuer';
COMMENT ON FUNCTION enclave.trust_issuer(text, jsonb, text, text[]) IS
'believe tokens that an outside provider has signed with one of these public keys and algorithms for this audience; again for other keys; NC008';

-- level: admin
CREATE OR REPLACE FUNCTION enclave.untrust_issuer(issuer text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_untrust_issuer';
COMMENT ON FUNCTION enclave.untrust_issuer(text) IS
'believe none of an outside provider''s tokens any more; the links stay; NC010';

-- level: app
CREATE OR REPLACE FUNCTION enclave.link_identity(user_id bigint, issuer text, subject text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_link_identity';
COMMENT ON FUNCTION enclave.link_identity(bigint, text, text) IS
'have a trusted issuer''s tokens for a subject authenticate a user, without abilities of his; NC005, NC008, NC009 if the subject is another user''s, NC010 for an issuer that is not trusted';

-- level: app
CREATE OR REPLACE FUNCTION enclave.unlink_identity(user_id bigint, issuer text, subject text)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'enclave_unlink_identity';
COMMENT ON FUNCTION enclave.unlink_identity(bigint, text, text) IS
'end that; false if there was no such link';
