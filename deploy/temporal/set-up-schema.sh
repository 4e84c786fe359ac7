#!/bin/sh
# Makes or upgrades Temporal's two databases. Safe to repeat: an existing database is kept, and a schema that is
# newer than 0.0 is not set up again (temporalio/temporal, tools/common/schema/setuptask.go).
set -eu

for name in temporal visibility; do
  database=temporal
  [ "$name" = visibility ] && database=temporal_visibility
  temporal-sql-tool --db "$database" create
  temporal-sql-tool --db "$database" setup-schema -v 0.0
  temporal-sql-tool --db "$database" update-schema --schema-name "postgresql/v12/$name"
done
