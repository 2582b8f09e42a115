# shellcheck shell=bash
# shellcheck disable=SC2154,SC2317 # sourced by src/tools/bench, which calls measure
#
# What do the counters and the gate cost, beside the hash that they stand before?
# Each is timed within a whole call that does little else: a refused login looks at
# its counters and no further; the smallest hash there is goes through the gate.
# Then what a refusal costs over the wire, beside a function that does nothing.

sql <<-'EOS'
	SELECT FROM enclave.signup('ann@example.com', 'Wendeltreppe 7');
	SELECT FROM enclave.login('ann@example.com', 'wrong');
	SELECT FROM enclave.login('ann@example.com', 'wrong');
	SELECT FROM enclave.login('ann@example.com', 'wrong');
	SELECT FROM enclave.login('ann@example.com', 'wrong');
	SELECT FROM enclave.login('ann@example.com', 'wrong');
EOS
# shellcheck disable=SC2016
smallest='$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'

measure() {
	local loops
	case $1 in
		hash)
			loops=20
			echo "SELECT count(enclave.hash_password(CASE WHEN i > 0 THEN 'Wendeltreppe 7' END))
			    FROM generate_series(1, $loops) i;"
			;;
		gate)
			loops=2000
			echo "SELECT count(enclave.verify_password(CASE WHEN i > 0 THEN 'x' END, '$smallest'))
			    FROM generate_series(1, $loops) i;"
			;;
		counters)
			loops=20000
			echo "SELECT count(l.status) FROM generate_series(1, $loops) i,
			    enclave.login(CASE WHEN i > 0 THEN 'ann@example.com' END, 'wrong') l;"
			;;
	esac >"$folder/loop.sql"
	timed "$folder/loop.sql" | awk -v loops="$loops" '{ print $1 * 1000 / loops }'
}
compare 'Counters and gate, in calls that do little else' hash 'µs' 'each below one per cent of a hash' \
	hash gate counters

echo 'SELECT enclave.user_id();' >"$folder/nothing.sql"
echo "SELECT status FROM enclave.login(:email, 'wrong');" >"$folder/refusal.sql"
measure() {
	wire "$folder/$1.sql" 5000 -D "email=ann@example.com"
}
compare 'The refusal of a locked account, two clients, prepared' nothing 'µs' 'at most 1.3 of a function that does nothing' \
	nothing refusal
