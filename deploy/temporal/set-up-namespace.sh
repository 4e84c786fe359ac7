#!/bin/sh
# Makes the namespace with its retention, and registers Trawl's search attributes. Safe to repeat: a changed
# retention is applied, and an attribute that exists with the same type is left as it is.
# The CLI reads TEMPORAL_ADDRESS by itself, but its namespace commands want the name as a flag.
set -eu

: "${TEMPORAL_NAMESPACE:?is the namespace to make}"
: "${TRAWL_TEMPORAL_RETENTION:?is how long closed workflows are kept, like 30d}"

temporal operator cluster health

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$TRAWL_TEMPORAL_RETENTION"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$TRAWL_TEMPORAL_RETENTION" --description 'Crawls of Trawl'
fi

# A new namespace is known to all of the server's services only after some seconds.
tries=0
until temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" \
  --name TrawlSource --type Keyword \
  --name TrawlDataset --type Keyword \
  --name TrawlMailbox --type Keyword \
  --name TrawlState --type Keyword \
  --name TrawlPriority --type Keyword \
  --name TrawlCycle --type Int; do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || exit 1
  sleep 2
done
