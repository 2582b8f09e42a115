# Enclave: user authentication inside PostgreSQL.
#
#   make && make install && make installcheck    with a server of your own
#   make demo, make demo-stop                    a private server to look at
#   make test, make check                        what every change has to pass
#   make bench                                   how fast it is, beside its yardsticks
#
# In reading order: what is built, what is installed, how it is tested.

PG_CONFIG ?= pg_config
export PG_CONFIG

# These bring their own packages and servers.  They must run where there is no
# pg_config yet, so PGXS (which also has a "check" of its own, one that only
# refuses) stays out; other goals on the same command line get a make of their
# own.
HOUSE = bench check demo demo-stop test

ifneq (,$(filter $(HOUSE),$(MAKECMDGOALS)))

.PHONY: $(MAKECMDGOALS)
.NOTPARALLEL:

bench:
	src/tools/packages build
	src/tools/bench

check:
	src/tools/packages build check
	src/tools/check

demo:
	src/tools/packages build
	src/tools/demo start

demo-stop:
	src/tools/demo stop

test:
	src/tools/packages build check test
	src/tools/test

$(filter-out $(HOUSE),$(MAKECMDGOALS)):
	$(MAKE) $@

else

# ---------------------------------------------------------------------------
# The library
# ---------------------------------------------------------------------------

EXTENSION = enclave
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'$$/\1/p" enclave.control)

MODULE_big = enclave
OBJS = \
	src/enclave.o \
	src/settings.o \
	src/settings_query.o \
	src/crypto/backend.o \
	src/crypto/base62.o \
	src/crypto/base64url.o \
	src/crypto/claims.o \
	src/crypto/der.o \
	src/crypto/digest.o \
	src/crypto/ed25519.o \
	src/crypto/jose.o \
	src/crypto/json.o \
	src/crypto/json_string.o \
	src/crypto/jwk.o \
	src/crypto/jws.o \
	src/crypto/keyfile.o \
	src/crypto/keypair.o \
	src/crypto/keywrap.o \
	src/crypto/password.o \
	src/crypto/phc.o \
	src/crypto/pkey.o \
	src/crypto/refresh_chain.o \
	src/crypto/signature.o \
	src/crypto/thumbprint.o \
	src/crypto/token.o \
	src/crypto/utf8.o \
	src/crypto/wipe.o \
	src/shmem/attend.o \
	src/shmem/counters.o \
	src/shmem/ended.o \
	src/shmem/gate.o \
	src/shmem/lines.o \
	src/shmem/loads.o \
	src/shmem/marks.o \
	src/shmem/queue.o \
	src/shmem/slots.o \
	src/shmem/summon.o \
	src/shmem/tally.o \
	src/shmem/windows.o \
	src/store/access_grants.o \
	src/store/access_token_uses.o \
	src/store/access_tokens.o \
	src/store/applied_preset.o \
	src/store/audit_logs.o \
	src/store/batch.o \
	src/store/catalog.o \
	src/store/claims_function.o \
	src/store/cron_jobs.o \
	src/store/cursors.o \
	src/store/direct.o \
	src/store/event_handlers.o \
	src/store/inspect.o \
	src/store/key_store.o \
	src/store/known_networks.o \
	src/store/limit_definitions.o \
	src/store/linked_identities.o \
	src/store/lock_key.o \
	src/store/login_attempts.o \
	src/store/mail_queue.o \
	src/store/one_time_tokens.o \
	src/store/privileges.o \
	src/store/prune_history.o \
	src/store/query.o \
	src/store/quota_uses.o \
	src/store/rate_limits.o \
	src/store/refresh_families.o \
	src/store/row_security.o \
	src/store/session_marks.o \
	src/store/sessions.o \
	src/store/trusted_issuers.o \
	src/store/users.o \
	src/store/users_change.o \
	src/store/users_direct.o \
	src/flow/abilities.o \
	src/flow/ask.o \
	src/flow/attempt.o \
	src/flow/attempt_rows.o \
	src/flow/attempt_shared.o \
	src/flow/authenticate.o \
	src/flow/blind.o \
	src/flow/change.o \
	src/flow/claim.o \
	src/flow/client.o \
	src/flow/close.o \
	src/flow/common_passwords.o \
	src/flow/common_passwords_data.o \
	src/flow/compute.o \
	src/flow/conceal.o \
	src/flow/configure.o \
	src/flow/confirm.o \
	src/flow/define.o \
	src/flow/deferred.o \
	src/flow/delegate.o \
	src/flow/delete.o \
	src/flow/deliver.o \
	src/flow/cookie.o \
	src/flow/diagnose.o \
	src/flow/disable.o \
	src/flow/enter.o \
	src/flow/enrich.o \
	src/flow/expel.o \
	src/flow/export.o \
	src/flow/diagnose_data.o \
	src/flow/diagnose_keys.o \
	src/flow/diagnose_server.o \
	src/flow/diagnose_settings.o \
	src/flow/dispatch.o \
	src/flow/fault.o \
	src/flow/find.o \
	src/flow/forgive.o \
	src/flow/grant.o \
	src/flow/guard.o \
	src/flow/hashing.o \
	src/flow/identify.o \
	src/flow/impersonate.o \
	src/flow/isolate.o \
	src/flow/issue.o \
	src/flow/judge.o \
	src/flow/locate.o \
	src/flow/keep.o \
	src/flow/login.o \
	src/flow/mail.o \
	src/flow/match.o \
	src/flow/note.o \
	src/flow/normalize.o \
	src/flow/one_time.o \
	src/flow/open.o \
	src/flow/patterns.o \
	src/flow/policy.o \
	src/flow/protect.o \
	src/flow/prove.o \
	src/flow/prune.o \
	src/flow/publish.o \
	src/flow/quota.o \
	src/flow/quota_rows.o \
	src/flow/quota_shared.o \
	src/flow/quotation.o \
	src/flow/recall.o \
	src/flow/recognize.o \
	src/flow/record.o \
	src/flow/redact.o \
	src/flow/refresh.o \
	src/flow/relocate.o \
	src/flow/remember.o \
	src/flow/renew.o \
	src/flow/report.o \
	src/flow/reset.o \
	src/flow/review.o \
	src/flow/revoke.o \
	src/flow/rotate.o \
	src/flow/scan.o \
	src/flow/schedule.o \
	src/flow/secret.o \
	src/flow/self.o \
	src/flow/shape.o \
	src/flow/signup.o \
	src/flow/sign.o \
	src/flow/slide.o \
	src/flow/stamp.o \
	src/flow/subscribe.o \
	src/flow/suspect.o \
	src/flow/throttle.o \
	src/flow/trust.o \
	src/flow/unlock.o \
	src/flow/unwrap.o \
	src/flow/update.o \
	src/flow/verify.o \
	src/flow/warn.o \
	src/flow/wrap.o \
	src/flow/worker.o \
	src/api/access.o \
	src/api/access_token.o \
	src/api/account.o \
	src/api/admin.o \
	src/api/args.o \
	src/api/credential.o \
	src/api/email.o \
	src/api/cookie_session.o \
	src/api/audit.o \
	src/api/identity.o \
	src/api/install.o \
	src/api/issuer.o \
	src/api/jwt.o \
	src/api/key.o \
	src/api/limit.o \
	src/api/link.o \
	src/api/lock.o \
	src/api/mailer.o \
	src/api/my.o \
	src/api/primitive.o \
	src/api/refresh_family.o \
	src/api/secret_type.o \
	src/api/session.o
SHLIB_LINK = -largon2 -lcrypto

# The server's headers count as the system's: we answer for our own warnings.
# Debian's server is built without dependency tracking, so we bring our own.
PG_CPPFLAGS = -Isrc -isystem $(includedir_server) -DENCLAVE_VERSION='"$(EXTVERSION)"' -MMD -MP
PG_CFLAGS = -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Wno-declaration-after-statement \
	-fvisibility=hidden

# Set by "make test": a new compiler's new warning must not stop a user's build.
ifdef WERROR
PG_CFLAGS += -Werror
endif

# ---------------------------------------------------------------------------
# The SQL scripts: generated, so that no definition is written twice
# ---------------------------------------------------------------------------

# State, one file a release, in the order of the releases ...
RELEASES := $(basename $(notdir $(shell printf '%s\n' migrations/*.sql | sort -V)))

# ... then definitions: what uses a view or function of another stands after it
API_SQL = \
	src/api/primitive.sql \
	src/api/account.sql \
	src/api/credential.sql \
	src/api/session.sql \
	src/api/lock.sql \
	src/api/access_token.sql \
	src/api/email.sql \
	src/api/link.sql \
	src/api/mailer.sql \
	src/api/cookie_session.sql \
	src/api/identity.sql \
	src/api/my.sql \
	src/api/access.sql \
	src/api/audit.sql \
	src/api/jwt.sql \
	src/api/refresh_family.sql \
	src/api/issuer.sql \
	src/api/key.sql \
	src/api/limit.sql \
	src/api/admin.sql \
	src/api/closing.sql

# The functions by their names, for the log's redaction (src/flow/suspect.c)
NAMES := $(shell sed -nE 's/^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE) enclave\.([a-z0-9_]+).*/\3/p' \
	$(RELEASES:%=migrations/%.sql) $(API_SQL) | sort -u)

FORMER = $(filter-out $(lastword $(RELEASES)),$(RELEASES))
DATA_built = enclave--$(EXTVERSION).sql $(FORMER:%=enclave--%--$(EXTVERSION).sql)

EXTRA_CLEAN = $(OBJS:.o=.d) $(wildcard enclave--*.sql)

# ---------------------------------------------------------------------------
# The tests of a server that has it installed
# ---------------------------------------------------------------------------

PGXS := $(shell $(PG_CONFIG) --pgxs)
ifeq (,$(wildcard $(PGXS)))
$(error the server's development files are missing; "src/tools/packages build" installs them)
endif

# 13 brings neither the isolation tester nor the Perl modules of this name.
HARNESS = $(dir $(PGXS))../test

REGRESS = \
	install \
	access \
	access_token \
	account \
	account_changes \
	admin \
	client \
	credential \
	email \
	cookie_session \
	ending \
	audit \
	doctor \
	identity \
	link \
	lock \
	mailer \
	my \
	issuer \
	jwt \
	signing_key \
	jwt_attack \
	limit \
	primitive \
	refresh_family \
	session \
	security
ISOLATION = \
	authenticate_vs_end \
	delete_vs_all \
	family_races \
	limit_hits \
	login_parallel_success \
	login_scopes \
	login_slots \
	login_vs_end_all \
	mail_take \
	one_time_alive \
	one_time_race \
	one_time_vs_address \
	prune_vs_login \
	quota_slots \
	refresh_race \
	reset_race \
	reset_vs_login \
	savepoint \
	session_races \
	session_snapshot \
	signup_race \
	verify_snapshot
ISOLATION_OPTS = --inputdir=src/test/isolation
ifeq (,$(wildcard $(HARNESS)/isolation/pg_isolation_regress))
undefine ISOLATION
endif

# The TAP tests start servers of their own, which refuse to run as root.
ifneq (0,$(shell id -u))
ifneq (,$(wildcard $(HARNESS)/perl/PostgreSQL/Test/Cluster.pm))
ifeq (ok,$(shell prove --version >/dev/null 2>&1 && perl -MIPC::Run -e 'print "ok"' 2>/dev/null))
TAP_TESTS = 1
endif
endif
endif
PROVE_TESTS = src/test/t/*.pl

# Libraries that a TAP test preloads into a server, to see or bend what it does.
SHIMS = $(patsubst %.c,%.so,$(wildcard src/test/shim/*.c))
REGRESS_PREP = $(SHIMS)
EXTRA_CLEAN += $(SHIMS)
export ENCLAVE_SHIM_DIR = $(CURDIR)/src/test/shim

# ---------------------------------------------------------------------------

# No bitcode: there is nothing here that a query's JIT code could inline.
override with_llvm = no

include $(PGXS)

# For EnclaveTest.pm.
override PROVE_FLAGS += -I $(srcdir)/src/test/perl

$(OBJS): Makefile enclave.control
-include $(OBJS:.o=.d)

src/flow/suspect.o: override CPPFLAGS += -DENCLAVE_NAMES='"$(NAMES)"'
src/flow/suspect.o: $(RELEASES:%=migrations/%.sql) $(API_SQL)

# $(call script,command that psql should be told instead,steps): they and all
# definitions, whose levels stand before them
script = { printf '%s\n' '\echo Use "$(1)" to load this file. \quit' && cat /dev/null $(2) && \
	src/tools/levels $(API_SQL) && cat $(API_SQL); } >$@ || { rm -f $@; false; }

STEPS = $(RELEASES:%=migrations/%.sql)
SCRIPT_PARTS = $(STEPS) $(API_SQL) src/tools/levels enclave.control Makefile

enclave--$(EXTVERSION).sql: $(SCRIPT_PARTS)
	$(call script,CREATE EXTENSION enclave,$(STEPS))

# An update is the steps after the release it starts from, then all definitions.
enclave--%--$(EXTVERSION).sql: $(SCRIPT_PARTS)
	$(call script,ALTER EXTENSION enclave UPDATE,$$(printf '%s\n' $(STEPS) | \
		awk 'after; $$0 == "migrations/$*.sql" { after = 1 }'))

src/test/shim/%.so: src/test/shim/%.c
	$(CC) $(CFLAGS) $(CFLAGS_SL) -shared -fvisibility=default -o $@ $< -ldl

# For the small checks: "make list-OBJS" prints the list.
list-%:
	@echo $($*)

endif
