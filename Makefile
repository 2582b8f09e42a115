# Enclave: user authentication inside PostgreSQL.
#
#   make && make install && make installcheck    with a server of your own
#   make demo, make demo-stop                    a private server to look at
#   make test, make check                        what every change has to pass
#
# In reading order: what is built, what is installed, how it is tested.

PG_CONFIG ?= pg_config
export PG_CONFIG

# These bring their own packages and servers.  They must run where there is no
# pg_config yet, so PGXS (which also has a "check" of its own, one that only
# refuses) stays out; other goals on the same command line get a make of their
# own.
HOUSE = check demo demo-stop test

ifneq (,$(filter $(HOUSE),$(MAKECMDGOALS)))

.PHONY: $(MAKECMDGOALS)
.NOTPARALLEL:

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
	src/crypto/backend.o \
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
	src/crypto/keypair.o \
	src/crypto/keywrap.o \
	src/crypto/password.o \
	src/crypto/phc.o \
	src/crypto/pkey.o \
	src/crypto/signature.o \
	src/crypto/thumbprint.o \
	src/crypto/token.o \
	src/crypto/utf8.o \
	src/crypto/wipe.o \
	src/shmem/slots.o \
	src/store/access_tokens.o \
	src/store/applied_preset.o \
	src/store/audit_logs.o \
	src/store/catalog.o \
	src/store/known_networks.o \
	src/store/lock_key.o \
	src/store/login_attempts.o \
	src/store/privileges.o \
	src/store/query.o \
	src/store/users.o \
	src/flow/abilities.o \
	src/flow/attempt.o \
	src/flow/blind.o \
	src/flow/client.o \
	src/flow/common_passwords.o \
	src/flow/common_passwords_data.o \
	src/flow/compute.o \
	src/flow/configure.o \
	src/flow/fault.o \
	src/flow/find.o \
	src/flow/guard.o \
	src/flow/hashing.o \
	src/flow/issue.o \
	src/flow/login.o \
	src/flow/normalize.o \
	src/flow/patterns.o \
	src/flow/policy.o \
	src/flow/prune.o \
	src/flow/record.o \
	src/flow/refresh.o \
	src/flow/remember.o \
	src/flow/report.o \
	src/flow/revoke.o \
	src/flow/secret.o \
	src/flow/signup.o \
	src/flow/verify.o \
	src/api/access_token.o \
	src/api/account.o \
	src/api/admin.o \
	src/api/args.o \
	src/api/install.o \
	src/api/jwt.o \
	src/api/primitive.o \
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
	src/api/session.sql \
	src/api/access_token.sql \
	src/api/jwt.sql \
	src/api/admin.sql \
	src/api/closing.sql

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
	access_token \
	account \
	admin \
	jwt \
	primitive \
	session \
	security
ISOLATION = \
	login_parallel_success \
	login_scopes \
	login_slots \
	login_vs_end_all \
	prune_vs_login \
	refresh_race \
	savepoint \
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

# $(call script,command that psql should be told instead,files)
script = { printf '%s\n' '\echo Use "$(1)" to load this file. \quit'; cat $(2); } >$@

enclave--$(EXTVERSION).sql: $(RELEASES:%=migrations/%.sql) $(API_SQL) enclave.control Makefile
	$(call script,CREATE EXTENSION enclave,$(filter %.sql,$^))

# An update is the steps after the release it starts from, then all definitions.
enclave--%--$(EXTVERSION).sql: $(RELEASES:%=migrations/%.sql) $(API_SQL) enclave.control Makefile
	$(call script,ALTER EXTENSION enclave UPDATE,$$(printf '%s\n' $(filter %.sql,$^) | \
		awk 'after; $$0 == "migrations/$*.sql" { after = 1 }'))

src/test/shim/%.so: src/test/shim/%.c
	$(CC) $(CFLAGS) $(CFLAGS_SL) -shared -fvisibility=default -o $@ $< -ldl

# For the small checks: "make list-OBJS" prints the list.
list-%:
	@echo $($*)

endif
