#!/bin/sh
# The shared resource: appends a line if its token is not older than one that was already accepted.
#
#   ledger.sh TOKEN LINE      exit 0 and the line is booked, or exit 1 and it is refused
#
# This comparison is all that a resource needs to be safe from a leader that does not know yet that it is none.
set -eu
folder=${LEDGER:-/ledger}
token=$1
line=$2

exec 9>>"$folder/lock"
flock 9
highest=$(cat "$folder/highest" 2>/dev/null || echo 0)
if [ "$token" -lt "$highest" ]; then
  echo "REFUSED token $token: $line (token $highest has been seen)" | tee -a "$folder/refused"
  exit 1
fi
echo "$token" >"$folder/highest"
echo "token $token: $line" | tee -a "$folder/lines"
