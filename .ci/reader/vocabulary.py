"""docs/events.md and schemas/events: what the types of events hold, for the checks 5 and 6 of docs/format.md."""

import json
import pathlib
import re

from .forms import need

PROJECT = pathlib.Path(__file__).resolve().parents[2]
ROLES = ["", "subject", "parent", "version", "ballot", "act", "answers", "cause", "vote", "target"]
COUNTS = {None: (1, 1), "optional": (0, 1), "one or more": (1, None), "any number": (0, None)}
ACTORS = ["", "citizen", "platform", "moderator", "facilitator", "authority", "assessor", "guarantor", "administrator", "clerk"]
# References: which types each role may name; a role that is not here may name any.
MAY_NAME = {
    1: [0x0107, 0x0201, 0x0301, 0x0401, 0x0402, 0x0403],
    2: [0x0107, 0x0201, 0x0301, 0x0401, 0x0402],
    3: [0x0107, 0x0201, 0x0203, 0x0301, 0x0304],
    4: [0x0501],
    6: [0x0107, 0x0201, 0x0301],
    8: [0x0502, 0x0503],
}


def read():
    """By code and version: the counts of references by role, and the schema of the facts."""
    page = (PROJECT / "docs/events.md").read_text()
    types = {}
    for section in page.split("\n### 0x")[1:]:
        code, name, version = re.match(r"([0-9A-F]{4}) ([a-z-]+), version ([0-9]+)\n", section).groups()
        row = section.split("|---|---|---|\n")[1].split("\n")[0]
        references = row.strip("|").split(" | ")[1].strip()
        counts = {}
        for word in [] if references == "-" else references.split(", "):
            role, count = re.fullmatch(r"([a-z]+)(?: \(([a-z ]+)\))?", word).groups()
            counts[ROLES.index(role)] = COUNTS[count]
        schema = json.loads((PROJECT / f"schemas/events/{name}.v{version}.schema.json").read_text())
        types[int(code, 16), int(version)] = (counts, schema)
    return types


def part_kinds():
    """The table of kinds in docs/format.md."""
    page = (PROJECT / "docs/format.md").read_text()
    table = page.split("| kind | part | kind | part | kind | part |\n")[1].split("\n\n")[0]
    return {int(cell) for cell in re.findall(r"\| ([0-9]+) \|", table.replace("|", "| |"))}


def check(value, schema, top):
    """Of JSON Schema, what these schemas use."""
    if "$ref" in schema:
        return check(value, top["$defs"][schema["$ref"].rsplit("/", 1)[1]], top)
    if "oneOf" in schema:
        return need(any(one["const"] == value for one in schema["oneOf"]), f"{value} is not in its list")
    kind = {dict: "object", list: "array", str: "string", int: "integer", bool: "boolean"}[type(value)]
    need(kind == schema["type"], f"{value} is no {schema['type']}")
    if kind == "object":
        properties = schema.get("properties", {})
        need(set(schema.get("required", [])) <= set(value) <= set(properties), "other fields than those of the type")
        for name, member in value.items():
            check(member, properties[name], top)
    if kind == "array":
        for item in value:
            check(item, schema["items"], top)
    if kind == "string" and "pattern" in schema:
        need(re.search(schema["pattern"].replace("$", r"\Z"), value), f"{value} is not of its form")
    if kind == "integer":
        most = schema.get("maximum", 2**32 - 1 if schema.get("format") == "uint32" else 2**53)
        need(schema.get("minimum", -(2**53)) <= value <= most, f"{value} is out of its range")
