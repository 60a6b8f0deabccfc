#!/bin/sh
# A log store for containers: a web server whose one page appends what it is sent to $STORE/arrived.ndjson.
set -eu
store=${STORE:-/store}

if [ -z "${REQUEST_METHOD:-}" ]; then
  mkdir -p /tmp/www/cgi-bin
  cp "$0" /tmp/www/cgi-bin/logs
  chmod +x /tmp/www/cgi-bin/logs
  exec httpd -f -p 8080 -h /tmp/www
fi

# All of it first, then under a lock, because two requests may come at once and lines must stay whole.
body=/tmp/body.$$
head -c "$CONTENT_LENGTH" >"$body"
exec 9>>"$store/lock"
flock 9
cat "$body" >>"$store/arrived.ndjson"
rm "$body"
printf 'Status: 204 No Content\r\n\r\n'
