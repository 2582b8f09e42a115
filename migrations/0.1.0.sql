-- 0.1.0: the state of the first release.  Never edited after it; what changes
-- later stands in the file of a later release.

-- ---------------------------------------------------------------------------
-- Before anything else: refuse a schema that somebody prepared.  A schema that
-- merely exists is normal (pg_dump makes it first); one that is not ours, or
-- not empty, could shadow what follows.
-- ---------------------------------------------------------------------------

CREATE FUNCTION enclave.check_schema() RETURNS void
    LANGUAGE c AS 'MODULE_PATHNAME', 'enclave_check_schema';

SELECT enclave.check_schema();

DROP FUNCTION enclave.check_schema();

-- ---------------------------------------------------------------------------
-- secret: a password on its way in.  Binary-compatible with text, so that any
-- driver can bind one, and printed as [REDACTED] wherever the server shows it.
-- ---------------------------------------------------------------------------

CREATE TYPE enclave.secret;

CREATE FUNCTION enclave.secret_in(cstring) RETURNS enclave.secret
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'enclave_secret_in';
COMMENT ON FUNCTION enclave.secret_in(cstring) IS 'input function of the type secret';

CREATE FUNCTION enclave.secret_out(enclave.secret) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'enclave_secret_out';
COMMENT ON FUNCTION enclave.secret_out(enclave.secret) IS 'output function of the type secret: always [REDACTED]';

CREATE FUNCTION enclave.secret_recv(internal) RETURNS enclave.secret
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'enclave_secret_recv';
COMMENT ON FUNCTION enclave.secret_recv(internal) IS 'binary input function of the type secret';

CREATE FUNCTION enclave.secret_send(enclave.secret) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'enclave_secret_send';
COMMENT ON FUNCTION enclave.secret_send(enclave.secret) IS 'binary output function of the type secret: always [REDACTED]';

CREATE TYPE enclave.secret (
    INPUT = enclave.secret_in,
    OUTPUT = enclave.secret_out,
    RECEIVE = enclave.secret_recv,
    SEND = enclave.secret_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE enclave.secret IS 'a password as an argument: takes any text, prints as [REDACTED]';

CREATE CAST (pg_catalog.text AS enclave.secret) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (pg_catalog.text AS enclave.secret) IS 'a password bound as text';
CREATE CAST (pg_catalog.varchar AS enclave.secret) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (pg_catalog.varchar AS enclave.secret) IS 'a password bound as varchar';

-- ---------------------------------------------------------------------------
-- What functions return.
-- ---------------------------------------------------------------------------

CREATE TYPE enclave.account AS (
    id                bigint,
    email             text,
    name              text,
    email_verified_at timestamptz,
    disabled_at       timestamptz,
    created_at        timestamptz,
    updated_at        timestamptz
);
COMMENT ON TYPE enclave.account IS 'a user as the application sees it';

CREATE TYPE enclave.login_row AS (
    status         text,
    user_id        bigint,
    token          text,
    expires_at     timestamptz,
    retry_after    interval,
    challenge      text,
    last_login_at  timestamptz,
    failures_since integer
);
COMMENT ON TYPE enclave.login_row IS 'the answer of every way in; user_id and token are NULL unless status is ok';

CREATE TYPE enclave.jwt_login_row AS (
    status         text,
    user_id        bigint,
    token          text,
    expires_at     timestamptz,
    retry_after    interval,
    challenge      text,
    last_login_at  timestamptz,
    failures_since integer,
    refresh_token  text
);
COMMENT ON TYPE enclave.jwt_login_row IS 'login_row for a JWT, and the refresh token that gets the next one';

CREATE TYPE enclave.token_row AS (
    token_id     bigint,
    user_id      bigint,
    name         text,
    abilities    text[],
    expires_at   timestamptz,
    created_at   timestamptz,
    kind         text,
    last_used_at timestamptz
);
COMMENT ON TYPE enclave.token_row IS 'an access token as its list shows it; the token itself is not kept';

CREATE TYPE enclave.session_row AS (
    session_id   bigint,
    user_id      bigint,
    created_at   timestamptz,
    last_seen_at timestamptz,
    expires_at   timestamptz,
    ends_at      timestamptz,
    ip           inet,
    user_agent   text
);
COMMENT ON TYPE enclave.session_row IS 'a session as its list shows it: its sliding end, its absolute end, where it was begun';

-- ---------------------------------------------------------------------------
-- Tables.  No role is granted anything on them; the functions reach them as
-- the extension's owner.
-- ---------------------------------------------------------------------------

CREATE TABLE enclave.users (
    id                bigint GENERATED BY DEFAULT AS IDENTITY
                      CONSTRAINT users_pkey PRIMARY KEY,
    -- raised by whatever ends a user's credentials: a credential made under an
    -- older epoch is dead, even one whose transaction was still open then
    epoch             bigint NOT NULL DEFAULT 1,
    -- the epoch of his sessions lags behind it by so much: what ends access
    -- tokens alone raises it, what ends sessions alone lowers it, and what ends
    -- everything need not know of it
    session_lag       bigint NOT NULL DEFAULT 0,
    created_at        timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    updated_at        timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    email             text NOT NULL
                      CONSTRAINT users_email_check
                      CHECK (pg_catalog.octet_length(email) BETWEEN 3 AND 254),
    name              text NOT NULL DEFAULT ''
                      CONSTRAINT users_name_check CHECK (pg_catalog.char_length(name) <= 100),
    password_hash     text
                      CONSTRAINT users_password_hash_check
                      CHECK (pg_catalog.octet_length(password_hash) BETWEEN 1 AND 512),
    email_verified_at timestamptz,
    disabled_at       timestamptz,
    disabled_until    timestamptz,
    disabled_reason   text
                      CONSTRAINT users_disabled_reason_check
                      CHECK (pg_catalog.char_length(disabled_reason) <= 512),
    -- a JWT issued before this moment no longer authenticates
    tokens_valid_from timestamptz,
    -- the right password opens nothing but the way to a new one
    password_change_required boolean NOT NULL DEFAULT false,
    -- with a former address: such an account is no abandoned sign-up
    formerly_verified boolean NOT NULL DEFAULT false,
    CONSTRAINT users_disabled_check
    CHECK (disabled_at IS NOT NULL OR (disabled_until IS NULL AND disabled_reason IS NULL))
);
SELECT pg_catalog.pg_extension_config_dump('enclave.users', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.users_id_seq', '');
COMMENT ON TABLE enclave.users IS 'accounts';

-- folded as the library folds: ASCII only, whatever the database's collation
CREATE UNIQUE INDEX users_email_key
    ON enclave.users (pg_catalog.lower(email COLLATE pg_catalog."C"));
CREATE INDEX users_never_verified_idx ON enclave.users (created_at)
    WHERE email_verified_at IS NULL AND NOT formerly_verified;

CREATE TABLE enclave.access_tokens (
    id           bigint GENERATED BY DEFAULT AS IDENTITY
                 CONSTRAINT access_tokens_pkey PRIMARY KEY,
    user_id      bigint NOT NULL
                 CONSTRAINT access_tokens_user_id_fkey
                 REFERENCES enclave.users (id) ON DELETE CASCADE,
    epoch        bigint NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    digest       bytea NOT NULL
                 CONSTRAINT access_tokens_digest_key UNIQUE
                 CONSTRAINT access_tokens_digest_check CHECK (pg_catalog.octet_length(digest) = 32),
    kind         text NOT NULL
                 CONSTRAINT access_tokens_kind_check CHECK (kind IN ('login', 'personal')),
    name         text NOT NULL DEFAULT ''
                 CONSTRAINT access_tokens_name_check CHECK (pg_catalog.char_length(name) <= 512),
    abilities    text[] NOT NULL,
    CONSTRAINT access_tokens_expires_at_check
    CHECK (expires_at > created_at AND pg_catalog.isfinite(expires_at))
);
SELECT pg_catalog.pg_extension_config_dump('enclave.access_tokens', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.access_tokens_id_seq', '');
COMMENT ON TABLE enclave.access_tokens IS 'bearer tokens, by the SHA-256 of the whole string';

CREATE INDEX access_tokens_user_id_idx ON enclave.access_tokens (user_id);
CREATE INDEX access_tokens_expires_at_idx ON enclave.access_tokens (expires_at);

-- One-time tokens, by the SHA-256 of the whole string.  Each is bound to the
-- address that it was sent to.
CREATE TABLE enclave.password_reset_tokens (
    id         bigint GENERATED BY DEFAULT AS IDENTITY
               CONSTRAINT password_reset_tokens_pkey PRIMARY KEY,
    user_id    bigint NOT NULL
               CONSTRAINT password_reset_tokens_user_id_fkey
               REFERENCES enclave.users (id) ON DELETE CASCADE,
    epoch      bigint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    digest     bytea NOT NULL
               CONSTRAINT password_reset_tokens_digest_key UNIQUE
               CONSTRAINT password_reset_tokens_digest_check CHECK (pg_catalog.octet_length(digest) = 32),
    email      text NOT NULL
               CONSTRAINT password_reset_tokens_email_check
               CHECK (pg_catalog.octet_length(email) BETWEEN 3 AND 254),
    CONSTRAINT password_reset_tokens_expires_at_check
    CHECK (expires_at > created_at AND pg_catalog.isfinite(expires_at))
);
SELECT pg_catalog.pg_extension_config_dump('enclave.password_reset_tokens', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.password_reset_tokens_id_seq', '');
COMMENT ON TABLE enclave.password_reset_tokens IS 'tokens that set a new password, once';

CREATE INDEX password_reset_tokens_user_id_idx ON enclave.password_reset_tokens (user_id);
CREATE INDEX password_reset_tokens_expires_at_idx ON enclave.password_reset_tokens (expires_at);

CREATE TABLE enclave.email_verification_tokens (
    id         bigint GENERATED BY DEFAULT AS IDENTITY
               CONSTRAINT email_verification_tokens_pkey PRIMARY KEY,
    user_id    bigint NOT NULL
               CONSTRAINT email_verification_tokens_user_id_fkey
               REFERENCES enclave.users (id) ON DELETE CASCADE,
    epoch      bigint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    digest     bytea NOT NULL
               CONSTRAINT email_verification_tokens_digest_key UNIQUE
               CONSTRAINT email_verification_tokens_digest_check CHECK (pg_catalog.octet_length(digest) = 32),
    email      text NOT NULL
               CONSTRAINT email_verification_tokens_email_check
               CHECK (pg_catalog.octet_length(email) BETWEEN 3 AND 254),
    CONSTRAINT email_verification_tokens_expires_at_check
    CHECK (expires_at > created_at AND pg_catalog.isfinite(expires_at))
);
SELECT pg_catalog.pg_extension_config_dump('enclave.email_verification_tokens', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.email_verification_tokens_id_seq', '');
COMMENT ON TABLE enclave.email_verification_tokens IS 'tokens that verify an address, once';

CREATE INDEX email_verification_tokens_user_id_idx ON enclave.email_verification_tokens (user_id);
CREATE INDEX email_verification_tokens_expires_at_idx ON enclave.email_verification_tokens (expires_at);

CREATE TABLE enclave.magic_link_tokens (
    id         bigint GENERATED BY DEFAULT AS IDENTITY
               CONSTRAINT magic_link_tokens_pkey PRIMARY KEY,
    user_id    bigint NOT NULL
               CONSTRAINT magic_link_tokens_user_id_fkey
               REFERENCES enclave.users (id) ON DELETE CASCADE,
    epoch      bigint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    digest     bytea NOT NULL
               CONSTRAINT magic_link_tokens_digest_key UNIQUE
               CONSTRAINT magic_link_tokens_digest_check CHECK (pg_catalog.octet_length(digest) = 32),
    email      text NOT NULL
               CONSTRAINT magic_link_tokens_email_check
               CHECK (pg_catalog.octet_length(email) BETWEEN 3 AND 254),
    -- of what the browser that asked was given, and has to give again
    binder     bytea
               CONSTRAINT magic_link_tokens_binder_check CHECK (pg_catalog.octet_length(binder) = 32),
    CONSTRAINT magic_link_tokens_expires_at_check
    CHECK (expires_at > created_at AND pg_catalog.isfinite(expires_at))
);
SELECT pg_catalog.pg_extension_config_dump('enclave.magic_link_tokens', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.magic_link_tokens_id_seq', '');
COMMENT ON TABLE enclave.magic_link_tokens IS 'tokens that log in, once';

CREATE INDEX magic_link_tokens_user_id_idx ON enclave.magic_link_tokens (user_id);
CREATE INDEX magic_link_tokens_expires_at_idx ON enclave.magic_link_tokens (expires_at);

CREATE TABLE enclave.email_change_tokens (
    id          bigint GENERATED BY DEFAULT AS IDENTITY
                CONSTRAINT email_change_tokens_pkey PRIMARY KEY,
    user_id     bigint NOT NULL
                CONSTRAINT email_change_tokens_user_id_fkey
                REFERENCES enclave.users (id) ON DELETE CASCADE,
    epoch       bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    digest      bytea NOT NULL
                CONSTRAINT email_change_tokens_digest_key UNIQUE
                CONSTRAINT email_change_tokens_digest_check CHECK (pg_catalog.octet_length(digest) = 32),
    email       text NOT NULL
                CONSTRAINT email_change_tokens_email_check
                CHECK (pg_catalog.octet_length(email) BETWEEN 3 AND 254),
    -- change: email is the new address, other_email the present one;
    -- revert: email is the former one, other_email the one it was changed to
    kind        text NOT NULL
                CONSTRAINT email_change_tokens_kind_check CHECK (kind IN ('change', 'revert')),
    other_email text NOT NULL
                CONSTRAINT email_change_tokens_other_email_check
                CHECK (pg_catalog.octet_length(other_email) BETWEEN 3 AND 254),
    CONSTRAINT email_change_tokens_expires_at_check
    CHECK (expires_at > created_at AND pg_catalog.isfinite(expires_at))
);
SELECT pg_catalog.pg_extension_config_dump('enclave.email_change_tokens', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.email_change_tokens_id_seq', '');
COMMENT ON TABLE enclave.email_change_tokens IS 'tokens that change an address, or take the change back, once';

CREATE INDEX email_change_tokens_user_id_idx ON enclave.email_change_tokens (user_id);
CREATE INDEX email_change_tokens_expires_at_idx ON enclave.email_change_tokens (expires_at);

-- Rows are only added and pruned, as in login_attempts.
CREATE TABLE enclave.quota_uses (
    id           bigint GENERATED BY DEFAULT AS IDENTITY
                 CONSTRAINT quota_uses_pkey PRIMARY KEY,
    used_at      timestamptz NOT NULL,
    -- the numbers it takes of those that pair, account and network have
    pair_slot    integer,
    account_slot integer,
    network_slot integer,
    kind         text NOT NULL,
    -- SHA-256 of the folded address
    account      bytea NOT NULL
                 CONSTRAINT quota_uses_account_check CHECK (pg_catalog.octet_length(account) = 32),
    network      cidr
);
SELECT pg_catalog.pg_extension_config_dump('enclave.quota_uses', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.quota_uses_id_seq', '');
COMMENT ON TABLE enclave.quota_uses IS 'what was asked for in the last hour, to be limited';

CREATE INDEX quota_uses_account_idx ON enclave.quota_uses (account, used_at);
CREATE INDEX quota_uses_network_idx ON enclave.quota_uses (network, used_at)
    WHERE network_slot IS NOT NULL;
CREATE INDEX quota_uses_used_at_idx ON enclave.quota_uses (used_at);

CREATE TABLE enclave.mail_queue (
    id          bigint GENERATED BY DEFAULT AS IDENTITY
                CONSTRAINT mail_queue_pkey PRIMARY KEY,
    -- no foreign key: a stranger who asks for a mail must not touch the user's
    -- row; 0 where nobody has the address, so that the row is as long
    user_id     bigint NOT NULL,
    -- the mail that nobody gets: asking for an unknown address costs the same
    decoy       boolean NOT NULL,
    epoch       bigint NOT NULL,
    -- the end of a token counts from here
    created_at  timestamptz NOT NULL,
    -- when it is offered, or offered again; after the last try, when it goes
    next_at     timestamptz NOT NULL,
    tries       integer NOT NULL DEFAULT 0,
    kind        text NOT NULL
                CONSTRAINT mail_queue_kind_check
                CHECK (kind IN ('password_reset', 'email_verification', 'magic_link', 'team_invitation',
                                'already_registered', 'email_change', 'email_changed',
                                'password_changed', 'account_locked')),
    recipient   text NOT NULL
                CONSTRAINT mail_queue_recipient_check
                CHECK (pg_catalog.octet_length(recipient) <= 254),
    other_email text
                CONSTRAINT mail_queue_other_email_check
                CHECK (pg_catalog.octet_length(other_email) <= 254),
    -- for the magic link that the mail will hold
    binder      bytea
                CONSTRAINT mail_queue_binder_check CHECK (pg_catalog.octet_length(binder) = 32),
    last_error  text
                CONSTRAINT mail_queue_last_error_check
                CHECK (pg_catalog.char_length(last_error) <= 512)
);
SELECT pg_catalog.pg_extension_config_dump('enclave.mail_queue', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.mail_queue_id_seq', '');
COMMENT ON TABLE enclave.mail_queue IS 'mail to be sent; a token is made only when its mail is taken';

CREATE INDEX mail_queue_next_at_idx ON enclave.mail_queue (next_at);
CREATE INDEX mail_queue_user_id_idx ON enclave.mail_queue (user_id);

-- Apart from the tokens, and without a foreign key: who holds a token in an
-- open transaction must not make its revocation wait for this row's lock.
CREATE TABLE enclave.access_token_uses (
    token_id     bigint NOT NULL
                 CONSTRAINT access_token_uses_pkey PRIMARY KEY,
    last_used_at timestamptz NOT NULL
) WITH (fillfactor = 70);
SELECT pg_catalog.pg_extension_config_dump('enclave.access_token_uses', '');
COMMENT ON TABLE enclave.access_token_uses IS 'when a token last authenticated somebody, to last_used_interval';

CREATE TABLE enclave.sessions (
    id         bigint GENERATED BY DEFAULT AS IDENTITY
               CONSTRAINT sessions_pkey PRIMARY KEY,
    user_id    bigint NOT NULL
               CONSTRAINT sessions_user_id_fkey
               REFERENCES enclave.users (id) ON DELETE CASCADE,
    -- that of the user's sessions: users.epoch - users.session_lag
    epoch      bigint NOT NULL,
    created_at timestamptz NOT NULL,
    -- the sliding end as it was at first, and the absolute one
    expires_at timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    digest     bytea NOT NULL
               CONSTRAINT sessions_digest_key UNIQUE
               CONSTRAINT sessions_digest_check CHECK (pg_catalog.octet_length(digest) = 32),
    data       jsonb NOT NULL DEFAULT '{}'
               CONSTRAINT sessions_data_check
               CHECK (pg_catalog.octet_length(data::pg_catalog.text) <= 4096),
    ip         inet,
    user_agent text
               CONSTRAINT sessions_user_agent_check CHECK (pg_catalog.char_length(user_agent) <= 512),
    CONSTRAINT sessions_expires_at_check
    CHECK (expires_at > created_at AND ends_at >= expires_at AND pg_catalog.isfinite(ends_at))
);
SELECT pg_catalog.pg_extension_config_dump('enclave.sessions', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.sessions_id_seq', '');
COMMENT ON TABLE enclave.sessions IS 'cookie sessions and refresh families, by the SHA-256 of the whole (first) token; what became of them stands in session_marks';

CREATE INDEX sessions_user_id_idx ON enclave.sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON enclave.sessions (expires_at);

-- What has happened to a session since it was made.  Who holds its token may
-- touch and end it in a transaction that he leaves open, and nobody who ends it
-- meanwhile may wait for that.  So these rows are apart from the sessions, are
-- added without a foreign key or a unique one in whose way they could stand,
-- and are changed only by who finds them unlocked.
CREATE TABLE enclave.session_marks (
    session_id bigint NOT NULL,
    id         bigint GENERATED BY DEFAULT AS IDENTITY,
    marked_at  timestamptz NOT NULL,
    -- touched: the sliding end since then
    expires_at timestamptz,
    -- kept while all others ended: the epoch it was carried into
    epoch      bigint,
    ended      boolean NOT NULL DEFAULT false,
    -- the session's absolute end: after it a mark tells nothing any more
    ends_at    timestamptz NOT NULL,
    CONSTRAINT session_marks_pkey PRIMARY KEY (session_id, id),
    CONSTRAINT session_marks_check
    CHECK (pg_catalog.num_nonnulls(expires_at, epoch) = CASE WHEN ended THEN 0 ELSE 1 END)
) WITH (fillfactor = 70);
SELECT pg_catalog.pg_extension_config_dump('enclave.session_marks', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.session_marks_id_seq', '');
COMMENT ON TABLE enclave.session_marks IS 'sessions touched, kept and ended';

-- on no column that a touch changes, so that it leaves the indexes alone
CREATE INDEX session_marks_ended_idx ON enclave.session_marks (session_id) WHERE ended;
CREATE INDEX session_marks_ends_at_idx ON enclave.session_marks (ends_at);

-- A session whose token rotates: login_jwt().  Whatever ends or keeps sessions does
-- so to its row there; here is what a refresh changes, and it alone.  So who holds
-- a refresh token in an open transaction stands in nobody's way, and there is no
-- foreign key by which he could.
CREATE TABLE enclave.refresh_families (
    -- that of the session
    id                bigint NOT NULL
                      CONSTRAINT refresh_families_pkey PRIMARY KEY,
    -- the session's
    ends_at           timestamptz NOT NULL,
    -- the number of the token that nobody has presented yet, from 0
    generation        bigint NOT NULL DEFAULT 0,
    -- when its predecessor was first presented, and that one's
    rotated_at        timestamptz,
    former_rotated_at timestamptz,
    -- that token, and the two before it
    digest            bytea NOT NULL
                      CONSTRAINT refresh_families_digest_check
                      CHECK (pg_catalog.octet_length(digest) = 32),
    previous_digest   bytea
                      CONSTRAINT refresh_families_previous_digest_check
                      CHECK (pg_catalog.octet_length(previous_digest) = 32),
    former_digest     bytea
                      CONSTRAINT refresh_families_former_digest_check
                      CHECK (pg_catalog.octet_length(former_digest) = 32)
) WITH (fillfactor = 70);
SELECT pg_catalog.pg_extension_config_dump('enclave.refresh_families', '');
COMMENT ON TABLE enclave.refresh_families IS 'the refresh tokens of sessions by JWT, by the SHA-256 of the whole token';

CREATE INDEX refresh_families_ends_at_idx ON enclave.refresh_families (ends_at);

CREATE TABLE enclave.login_attempts (
    id           bigint GENERATED BY DEFAULT AS IDENTITY
                 CONSTRAINT login_attempts_pkey PRIMARY KEY,
    attempted_at timestamptz NOT NULL,
    -- 0 where the address is unknown, so that the row is as long; no foreign
    -- key, for a failed login must not touch the user's row
    user_id      bigint NOT NULL DEFAULT 0,
    success      boolean NOT NULL,
    -- the numbers this failure takes of those that pair, account and network
    -- have; all or some of them taken away again by who unlocks
    pair_slot    integer,
    account_slot integer,
    network_slot integer,
    -- SHA-256 of the folded address: people type passwords into this field
    account      bytea NOT NULL
                 CONSTRAINT login_attempts_account_check
                 CHECK (pg_catalog.octet_length(account) = 32),
    network      cidr,
    CONSTRAINT login_attempts_slots_check
    CHECK ((network_slot IS NULL OR network IS NOT NULL)
           AND (NOT success OR (pair_slot IS NULL AND account_slot IS NULL AND network_slot IS NULL)))
);
SELECT pg_catalog.pg_extension_config_dump('enclave.login_attempts', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.login_attempts_id_seq', '');
COMMENT ON TABLE enclave.login_attempts IS 'failed logins, and the successful ones that cleared them';

CREATE INDEX login_attempts_account_idx ON enclave.login_attempts (account, attempted_at);
CREATE INDEX login_attempts_network_idx ON enclave.login_attempts (network, attempted_at)
    WHERE network_slot IS NOT NULL;
CREATE INDEX login_attempts_success_idx ON enclave.login_attempts (account, network, attempted_at)
    WHERE success;
CREATE INDEX login_attempts_attempted_at_idx ON enclave.login_attempts (attempted_at);

CREATE TABLE enclave.known_networks (
    user_id       bigint NOT NULL
                  CONSTRAINT known_networks_user_id_fkey
                  REFERENCES enclave.users (id) ON DELETE CASCADE,
    network       cidr NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    CONSTRAINT known_networks_pkey PRIMARY KEY (user_id, network)
);
SELECT pg_catalog.pg_extension_config_dump('enclave.known_networks', '');
COMMENT ON TABLE enclave.known_networks IS 'networks from which an account has logged in';

CREATE INDEX known_networks_last_seen_at_idx ON enclave.known_networks (last_seen_at);

-- Named limits.  A definition that is changed, or made anew, gets another id, and
-- with it new windows.
CREATE TABLE enclave.limit_definitions (
    name         text COLLATE pg_catalog."C" NOT NULL
                 CONSTRAINT limit_definitions_pkey PRIMARY KEY
                 CONSTRAINT limit_definitions_name_check CHECK (pg_catalog.char_length(name) BETWEEN 1 AND 100),
    id           bigint GENERATED BY DEFAULT AS IDENTITY,
    max_attempts integer NOT NULL
                 CONSTRAINT limit_definitions_max_attempts_check CHECK (max_attempts >= 1),
    per          interval NOT NULL
                 CONSTRAINT limit_definitions_per_check CHECK (per BETWEEN '1 second' AND '366 days'),
    message      text
                 CONSTRAINT limit_definitions_message_check CHECK (pg_catalog.char_length(message) <= 512),
    defined_at   timestamptz NOT NULL
);
SELECT pg_catalog.pg_extension_config_dump('enclave.limit_definitions', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.limit_definitions_id_seq', '');
COMMENT ON TABLE enclave.limit_definitions IS 'named limits';

-- Their windows, where they are not in shared memory.  Logged: without that they
-- are all there is, and a crash must not open a limit.  Not dumped: they mean
-- nothing under another lock_key, and are over soon.  No foreign key: who drops
-- a limit must not wait for those who count under it.
CREATE TABLE enclave.rate_limits (
    limit_id bigint NOT NULL,
    attempts bigint NOT NULL,
    reset_at timestamptz NOT NULL,
    -- keyed digest of what the application counts by
    key      bytea NOT NULL
             CONSTRAINT rate_limits_key_check CHECK (pg_catalog.octet_length(key) = 32),
    CONSTRAINT rate_limits_pkey PRIMARY KEY (limit_id, key)
) WITH (fillfactor = 70);
COMMENT ON TABLE enclave.rate_limits IS 'windows of named limits: how many attempts of a key, and until when they count';

CREATE INDEX rate_limits_reset_at_idx ON enclave.rate_limits (reset_at);

CREATE TABLE enclave.audit_logs (
    id         bigint GENERATED BY DEFAULT AS IDENTITY
               CONSTRAINT audit_logs_pkey PRIMARY KEY,
    at         timestamptz NOT NULL,
    -- no foreign keys: what was done stays on record when its subject is gone;
    -- 0 where there is no user, so that the row is as long
    user_id    bigint NOT NULL DEFAULT 0,
    actor_id   bigint,
    token_id   bigint,
    session_id bigint,
    event      text NOT NULL,
    role       name NOT NULL,
    ip         inet,
    user_agent text
               CONSTRAINT audit_logs_user_agent_check CHECK (pg_catalog.char_length(user_agent) <= 512),
    metadata   jsonb
               CONSTRAINT audit_logs_metadata_check CHECK (pg_catalog.octet_length(metadata::pg_catalog.text) <= 8192)
);
SELECT pg_catalog.pg_extension_config_dump('enclave.audit_logs', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.audit_logs_id_seq', '');
COMMENT ON TABLE enclave.audit_logs IS 'every event, in the order of id';

CREATE INDEX audit_logs_user_id_idx ON enclave.audit_logs (user_id, id);
-- one row to find the last login, however many failures lie behind it
CREATE INDEX audit_logs_last_login_idx ON enclave.audit_logs (user_id, id)
    WHERE event IN ('auth.login.success', 'auth.magic_link.used');
-- and to count those failures
CREATE INDEX audit_logs_failed_login_idx ON enclave.audit_logs (user_id, id)
    WHERE event IN ('auth.login.failed', 'auth.login.locked');
-- and from where on failures are consecutive, besides the last login
CREATE INDEX audit_logs_renewed_password_idx ON enclave.audit_logs (user_id, id)
    WHERE event IN ('auth.password.changed', 'auth.password.set', 'auth.password.reset_completed',
                    'auth.unlocked');
CREATE INDEX audit_logs_at_idx ON enclave.audit_logs (at);

CREATE TABLE enclave.event_handlers (
    id             bigint GENERATED BY DEFAULT AS IDENTITY
                   CONSTRAINT event_handlers_pkey PRIMARY KEY,
    pattern        text NOT NULL,
    -- by name: OIDs mean nothing in another cluster, and pg_upgrade refuses a
    -- table that holds a regprocedure
    function       text NOT NULL,
    function_owner name NOT NULL,
    role           name NOT NULL,
    registered_at  timestamptz NOT NULL
);
SELECT pg_catalog.pg_extension_config_dump('enclave.event_handlers', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.event_handlers_id_seq', '');
COMMENT ON TABLE enclave.event_handlers IS 'functions to call for events, and the role that each runs as';

-- By name, as an event handler.
CREATE TABLE enclave.claims_function (
    singleton      boolean NOT NULL DEFAULT true
                   CONSTRAINT claims_function_pkey PRIMARY KEY
                   CONSTRAINT claims_function_singleton_check CHECK (singleton),
    function       text NOT NULL,
    function_owner name NOT NULL,
    role           name NOT NULL,
    registered_at  timestamptz NOT NULL
);
SELECT pg_catalog.pg_extension_config_dump('enclave.claims_function', '');
COMMENT ON TABLE enclave.claims_function IS 'the function that adds claims to our JWTs, and the role that it runs as';

CREATE TABLE enclave.trusted_issuers (
    issuer     text NOT NULL
               CONSTRAINT trusted_issuers_pkey PRIMARY KEY
               CONSTRAINT trusted_issuers_issuer_check
               CHECK (pg_catalog.octet_length(issuer) BETWEEN 1 AND 512),
    audience   text NOT NULL
               CONSTRAINT trusted_issuers_audience_check
               CHECK (pg_catalog.octet_length(audience) BETWEEN 1 AND 512),
    algorithms text[] NOT NULL,
    -- public keys only
    jwks       jsonb NOT NULL,
    trusted_at timestamptz NOT NULL,
    trusted_by name NOT NULL
);
SELECT pg_catalog.pg_extension_config_dump('enclave.trusted_issuers', '');
COMMENT ON TABLE enclave.trusted_issuers IS 'outside providers whose tokens authenticate the users linked to them, and their keys';

-- No foreign key to the issuer: trust may be withdrawn and given again.
CREATE TABLE enclave.linked_identities (
    issuer    text NOT NULL,
    subject   text NOT NULL
              CONSTRAINT linked_identities_subject_check
              CHECK (pg_catalog.octet_length(subject) BETWEEN 1 AND 255),
    user_id   bigint NOT NULL
              CONSTRAINT linked_identities_user_id_fkey
              REFERENCES enclave.users (id) ON DELETE CASCADE,
    linked_at timestamptz NOT NULL,
    -- an issuer gives a subject to one person, whatever address stands in its tokens
    CONSTRAINT linked_identities_pkey PRIMARY KEY (issuer, subject)
);
SELECT pg_catalog.pg_extension_config_dump('enclave.linked_identities', '');
COMMENT ON TABLE enclave.linked_identities IS 'who a user is at an outside provider';

CREATE INDEX linked_identities_user_id_idx ON enclave.linked_identities (user_id);

CREATE TABLE enclave.prune_history (
    id         bigint GENERATED BY DEFAULT AS IDENTITY
               CONSTRAINT prune_history_pkey PRIMARY KEY,
    started_at timestamptz NOT NULL,
    took       interval NOT NULL,
    table_name text NOT NULL,
    removed    bigint NOT NULL,
    error      text
);
SELECT pg_catalog.pg_extension_config_dump('enclave.prune_history', '');
SELECT pg_catalog.pg_extension_config_dump('enclave.prune_history_id_seq', '');
COMMENT ON TABLE enclave.prune_history IS 'what each run of prune() removed from each table';

CREATE INDEX prune_history_started_at_idx ON enclave.prune_history (started_at);

CREATE TABLE enclave.applied_preset (
    singleton  boolean NOT NULL DEFAULT true
               CONSTRAINT applied_preset_pkey PRIMARY KEY
               CONSTRAINT applied_preset_singleton_check CHECK (singleton),
    name       text NOT NULL,
    applied_at timestamptz NOT NULL,
    applied_by name NOT NULL
);
SELECT pg_catalog.pg_extension_config_dump('enclave.applied_preset', '');
COMMENT ON TABLE enclave.applied_preset IS 'the preset last applied: a dump of one database does not hold its settings';

-- By name, since OIDs mean nothing in another cluster, and a role may come
-- later than the dump.
CREATE TABLE enclave.access_grants (
    role       name NOT NULL,
    level      text NOT NULL
               CONSTRAINT access_grants_level_check
               CHECK (level IN ('anon', 'verifier', 'app', 'mailer', 'support', 'auditor', 'admin')),
    granted_at timestamptz NOT NULL,
    granted_by name NOT NULL,
    CONSTRAINT access_grants_pkey PRIMARY KEY (role, level)
);
SELECT pg_catalog.pg_extension_config_dump('enclave.access_grants', '');
COMMENT ON TABLE enclave.access_grants IS 'what grant_access() gave, for renew_grants()';

-- pg_locks is for everybody to read: what stands there is keyed.  Not dumped:
-- it is worth nothing in another database, which makes its own.
CREATE TABLE enclave.lock_key (
    singleton boolean NOT NULL DEFAULT true
              CONSTRAINT lock_key_pkey PRIMARY KEY
              CONSTRAINT lock_key_singleton_check CHECK (singleton),
    key       bytea NOT NULL
              CONSTRAINT lock_key_key_check CHECK (pg_catalog.octet_length(key) = 32)
);
COMMENT ON TABLE enclave.lock_key IS 'keys the digests of addresses and networks that stand in pg_locks';

INSERT INTO enclave.lock_key (key)
    SELECT pg_catalog.sha256(pg_catalog.uuid_send(pg_catalog.gen_random_uuid())
                             || pg_catalog.uuid_send(pg_catalog.gen_random_uuid()));

-- Keys that sign JWTs, and those that digests are keyed with.  At rest the
-- private part is encrypted with a master key where enclave.key_file names one;
-- without, it lies here as it is.  A retired key keeps its row, so that a token
-- of it can be told from a stranger's, and loses its private part.
CREATE TABLE enclave.key_store (
    kid         text NOT NULL
                CONSTRAINT key_store_pkey PRIMARY KEY
                CONSTRAINT key_store_kid_check CHECK (kid ~ '^[A-Za-z0-9_-]{43}$'),
    purpose     text NOT NULL
                CONSTRAINT key_store_purpose_check CHECK (purpose IN ('sign', 'digest')),
    algorithm   text NOT NULL,
    public_jwk  jsonb,
    private     bytea
                CONSTRAINT key_store_private_check CHECK (pg_catalog.octet_length(private) <= 8192),
    -- the id of the master key; NULL where there is none
    wrapped_by  text,
    created_at  timestamptz NOT NULL,
    signs_from  timestamptz NOT NULL,
    signs_until timestamptz,
    retired_at  timestamptz,
    CONSTRAINT key_store_retired_check CHECK ((private IS NULL) = (retired_at IS NOT NULL))
);
SELECT pg_catalog.pg_extension_config_dump('enclave.key_store', '');
COMMENT ON TABLE enclave.key_store IS 'keys that sign JWTs or key digests; private parts are encrypted where enclave.key_file is set';

-- a digest that is keyed anew matches nothing: there is one such key for ever
CREATE UNIQUE INDEX key_store_digest_key ON enclave.key_store (purpose) WHERE purpose = 'digest';

-- Backends keep keys.  Whatever changes the table, a restore too, makes them
-- look again.
CREATE FUNCTION enclave.key_store_changed() RETURNS trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'enclave_key_store_changed';
COMMENT ON FUNCTION enclave.key_store_changed() IS 'has every backend forget the keys that it keeps';

CREATE TRIGGER key_store_changed AFTER INSERT OR UPDATE OR DELETE ON enclave.key_store
    FOR EACH ROW EXECUTE FUNCTION enclave.key_store_changed();
ALTER TABLE enclave.key_store ENABLE ALWAYS TRIGGER key_store_changed;

-- ---------------------------------------------------------------------------
-- DROP EXTENSION drops member tables without a word.  While there are users it
-- has to say CASCADE.
-- ---------------------------------------------------------------------------

CREATE FUNCTION enclave.guard_drop() RETURNS event_trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'enclave_guard_drop';
COMMENT ON FUNCTION enclave.guard_drop() IS 'refuses DROP EXTENSION enclave without CASCADE while there are users';

CREATE EVENT TRIGGER enclave_guard_drop ON ddl_command_start
    WHEN TAG IN ('DROP EXTENSION', 'DROP OWNED')
    EXECUTE FUNCTION enclave.guard_drop();
ALTER EVENT TRIGGER enclave_guard_drop ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER enclave_guard_drop IS 'refuses DROP EXTENSION enclave without CASCADE while there are users';
