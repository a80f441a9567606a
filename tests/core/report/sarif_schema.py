"""The part of SARIF 2.1.0 that reports use, as a JSON schema: closed objects, as the standard has them (section 3)."""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
LINE: Schema = {"type": "integer", "minimum": 1}
LEVEL: Schema = {"enum": ["error", "warning", "note"]}


def closed(needed: Schema, other: Schema | None = None) -> Schema:
    """An object with these members, the needed ones at least."""
    members = {**needed, **(other or {})}
    return {"type": "object", "properties": members, "required": list(needed), "additionalProperties": False}


def many(item: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": item, "minItems": least, "uniqueItems": least > 0}


MESSAGE = closed({"text": TEXT})  # 3.11
ARTIFACT = closed({"uri": {"type": "string", "format": "uri-reference", "pattern": r"^[!#$%&'()*+,\-./\w:;=?@~]+$"}})
REGION = closed({"startLine": LINE, "startColumn": LINE, "endLine": LINE, "endColumn": LINE})  # 3.30
PHYSICAL = closed({"artifactLocation": ARTIFACT, "region": REGION})  # 3.29
LOGICAL = closed({"fullyQualifiedName": TEXT, "kind": TEXT})  # 3.33
LOCATION = closed(
    {"physicalLocation": PHYSICAL}, {"message": MESSAGE, "id": LINE, "logicalLocations": many(LOGICAL, 1)}
)
STACK = closed({"frames": many(closed({"location": LOCATION}))}, {"message": MESSAGE})  # 3.44
REPLACEMENT = closed({"deletedRegion": REGION}, {"insertedContent": closed({"text": {"type": "string"}})})  # 3.57
CHANGE = closed({"artifactLocation": ARTIFACT, "replacements": many(REPLACEMENT, 1)})  # 3.56
FIX = closed({"artifactChanges": many(CHANGE, 1)}, {"description": MESSAGE, "properties": {"type": "object"}})  # 3.55
RULE = closed(  # 3.49; `help` and the like are strings in one or two formats, 3.12
    {"id": {"type": "string", "pattern": r"^AS\d{3}$"}},
    {
        "name": TEXT,
        "shortDescription": closed({"text": TEXT}),
        "help": closed({"text": TEXT}, {"markdown": TEXT}),
        "defaultConfiguration": closed({}, {"level": LEVEL}),
    },
)
RESULT = closed(  # 3.27; the standard asks for `message` alone, code scanning for a rule and a place as well
    {"ruleId": TEXT, "message": MESSAGE, "locations": many(LOCATION, 1)},
    {
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "relatedLocations": many(LOCATION, 1),
        "stacks": many(STACK, 1),
        "fixes": many(FIX, 1),
    },
)
DRIVER = closed({"name": TEXT}, {"version": TEXT, "rules": many(RULE)})  # 3.19
RUN = closed(  # 3.14
    {"tool": closed({"driver": DRIVER})},
    {"columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]}, "results": many(RESULT)},
)
LOG = closed(
    {"version": {"const": "2.1.0"}, "runs": many(RUN)}, {"$schema": {"type": "string", "format": "uri"}}
)  # 3.13
