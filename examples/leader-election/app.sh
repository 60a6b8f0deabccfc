#!/bin/sh
# A little application that knows nothing of elections: while the address on localhost says that it leads, it books one
# line a second into a shared ledger. Runs in any POSIX shell with curl or wget, in any number of replicas.
#
#   ELECTOR   the elector beside us, http://localhost:4040 by default
#   LEDGER    the folder of the shared ledger, /ledger by default
set -u
here=$(dirname "$0")
elector=${ELECTOR:-http://localhost:4040}
name=${NAME:-$(hostname)}

get() {
  if command -v curl >/dev/null 2>&1; then curl -fs "$1"; else wget -qO- "$1" 2>/dev/null; fi
}

entry=0
while :; do
  # 200 and the token while we lead, 503 otherwise.
  if token=$(get "$elector/leading"); then
    entry=$((entry + 1))
    sleep 1 # The work. Whoever is frozen here wakes up with an old token, and the ledger refuses it.
    "$here/ledger.sh" "$token" "$name booked entry $entry"
  else
    sleep 1
  fi
done
