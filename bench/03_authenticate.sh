# shellcheck shell=bash
# shellcheck disable=SC2154,SC2317 # sourced by src/tools/bench, which calls measure
#
# What does it cost to know who is asking?  authenticate() and user_id() beside
# verify_token(), which only tells whose token it is: in a loop of one backend,
# then over the wire, as a request's transaction.

loops=100000
sql <<-'EOS'
	CREATE TABLE bench.token AS
	    SELECT t.token FROM enclave.create_user('ann@example.com') u, enclave.create_token(u.id, 'bench') t;
EOS
token=$(sql -c 'SELECT token FROM bench.token')

# The token depends on the row, so that each row makes a call of its own.
# shellcheck disable=SC2034
loop_verify="SELECT count(v.user_id) FROM generate_series(1, $loops) i,
    enclave.verify_token(CASE WHEN i > 0 THEN '$token' END) v;"
# shellcheck disable=SC2034
loop_authenticate="SELECT count(enclave.authenticate(CASE WHEN i > 0 THEN '$token' END)), count(enclave.user_id())
    FROM generate_series(1, $loops) i;"
# shellcheck disable=SC2034
loop_nothing="SELECT count(length(CASE WHEN i > 0 THEN '$token' END)) FROM generate_series(1, $loops) i;"

measure() {
	local statement=loop_$1
	# the first statement may stamp the token's last use, the next do not
	echo "BEGIN; SELECT enclave.authenticate('$token'); ${!statement} COMMIT;" >"$folder/loop.sql"
	timed "$folder/loop.sql" | sed -n 3p | awk -v loops="$loops" '{ print $1 * 1000 / loops }'
}
compare 'A call inside one backend' verify 'µs' 'authenticate at most 0.3 µs more than verify' \
	verify authenticate nothing

cat >"$folder/verify.sql" <<-'EOS'
	BEGIN;
	SELECT user_id FROM enclave.verify_token(:token);
	SELECT 1;
	COMMIT;
EOS
cat >"$folder/authenticate.sql" <<-'EOS'
	BEGIN;
	SELECT enclave.authenticate(:token);
	SELECT enclave.user_id();
	COMMIT;
EOS
cat >"$folder/nothing.sql" <<-'EOS'
	BEGIN;
	SELECT length(:token);
	SELECT 1;
	COMMIT;
EOS
measure() {
	wire "$folder/$1.sql" 5000 -D "token=$token"
}
compare "A request's transaction of two statements, two clients, prepared" verify 'µs' 'none of its own' \
	verify authenticate nothing
