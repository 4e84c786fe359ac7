"""Gives schemathesis ids that exist, and takes the refusals that Graph has for what is not asked for rightly.

SEEDED_PATHS names a file that the test writes: for each path of the document the values of its parameters.
"""

import json
import os

import schemathesis

with open(os.environ["SEEDED_PATHS"], encoding="utf-8") as file:
    PATHS = json.load(file)


def _drop_time_format(schema):
    if isinstance(schema, list):
        for part in schema:
            _drop_time_format(part)
    elif isinstance(schema, dict):
        if schema.get("format") == "time":
            del schema["format"]
        for part in schema.values():
            _drop_time_format(part)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Errors below 500 are Graph's own answer to a path or query that it does not have.

    Microsoft's times of day come without an offset and have a pattern of their own
    (learn.microsoft.com/graph/api/resources/workinghours); JSON schema's format "time" demands one (RFC 3339).
    """
    _drop_time_format(raw_schema["components"]["schemas"])
    for item in raw_schema["paths"].values():
        responses = item.get("get", {}).get("responses", {})
        responses.setdefault("4XX", {"description": "refused"})


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    known = PATHS.get(context.operation.path)
    if not known or path_parameters is None:
        return path_parameters
    return {**path_parameters, **{name: value for name, value in known.items() if name in path_parameters}}
