# Enclave: user authentication inside PostgreSQL.
#
#   make && make install && make installcheck    with a server of your own
#   make demo, make demo-stop                    a private server to look at
#   make test, make check                        what every change has to pass
#   make test-matrix                             the same with every server version
#   make bench                                   how fast it is, beside its yardsticks
#
# In reading order: what is built, what is installed, how it is tested.

PG_CONFIG ?= pg_config
export PG_CONFIG

# These bring their own packages and servers.  They must run where there is no
# pg_config yet, so PGXS (which also has a "check" of its own, one that only
# refuses) stays out; other goals on the same command line get a make of their
# own.
HOUSE = bench check demo demo-stop test test-matrix

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

test-matrix:
	src/tools/packages build matrix
	src/tools/matrix

$(filter-out $(HOUSE),$(MAKECMDGOALS)):
	$(MAKE) $@

else

# ---------------------------------------------------------------------------
# The library
# ---------------------------------------------------------------------------

EXTENSION = enclave
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'$$/\1/p" enclave.control)

MODULE_big = enclave

# The rooms, in the order in which one builds on another
CRYPTO = \
	backend base62 base64url claims der digest ed25519 jose json json_string jwk jws keyfile \
	keypair keywrap password phc pkey refresh_chain signature thumbprint token utf8 wipe
SHMEM = \
	attend counters ended gate lines loads marks queue slots summon tally wait windows
STORE = \
	access_grants access_token_uses access_tokens applied_preset audit_logs batch catalog \
	claims_function cron_jobs cursors direct event_handlers inspect key_store known_networks \
	limit_definitions linked_identities lock_key login_attempts mail_queue one_time_tokens \
	privileges prune_history query quota_uses rate_limits refresh_families row_security \
	session_marks sessions trusted_issuers users users_change users_direct
FLOW = \
	abilities ask attempt attempt_rows attempt_shared authenticate blind change claim client \
	close common_passwords common_passwords_data compute conceal configure confirm cookie \
	deferred define delegate delete deliver diagnose diagnose_data diagnose_keys \
	diagnose_server diagnose_settings disable dispatch enrich enter expel export fault find \
	forgive grant guard hashing identify impersonate isolate issue judge keep locate login \
	mail match normalize note one_time open patterns policy protect prove prune publish quota \
	quota_rows quota_shared quotation recall recognize record redact refresh relocate remember \
	renew report reset review revoke rotate scan schedule secret self shape sign signup slide \
	stamp subscribe suspect throttle trust unlock unwrap update verify warn worker wrap
API = \
	access access_token account admin args audit cookie_session credential email identity \
	install issuer jwt key limit link lock mailer my primitive refresh_family secret_type \
	session
OBJS = src/enclave.o src/settings.o src/settings_query.o \
	$(CRYPTO:%=src/crypto/%.o) \
	$(SHMEM:%=src/shmem/%.o) \
	$(STORE:%=src/store/%.o) \
	$(FLOW:%=src/flow/%.o) \
	$(API:%=src/api/%.o)
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

# 13 brings no isolation tester, and the Perl modules of this name in its last releases.
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
