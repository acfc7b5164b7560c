"""docs/format.md: Identifiers, Facts, Commitments, References, Envelope."""

import hmac
import re
import struct

from .forms import Bytes, ascending, leaf_hash, need, root, sha256, tagged, unhex

# The kind of the part of list 0; those of the next follow.
FIRST_LIST = 240


def check_facts(data):
    need(len(data) <= 2048, "longer than 2,048 bytes")
    end = value(data, 0, 0)
    need(data[:1] == b"{" and end == len(data), "not one object")


def value(data, at, inside):
    need(inside <= 8, "deeper than 8")
    head = data[at : at + 1]
    if head == b"{":
        return container(data, at, b"}", lambda at, last: member(data, at, last, inside))
    if head == b"[":
        return container(data, at, b"]", lambda at, _: (value(data, at, inside + 1), None))
    for form in (rb'"[ !#-\[\]-~]*"', rb"true", rb"false"):
        if found := re.compile(form).match(data, at):
            return found.end()
    found = re.compile(rb"0|-?[1-9][0-9]*").match(data, at)
    need(found and abs(int(found[0])) < 2**53, "not a value")
    return found.end()


def container(data, at, close, item):
    if data[at + 1 : at + 2] == close:
        return at + 2
    last = None
    while True:
        at, last = item(at + 1, last)
        if data[at : at + 1] == close:
            return at + 1
        need(data[at : at + 1] == b",", "neither a comma nor the end")


def member(data, at, last, inside):
    found = re.compile(rb'"([a-z0-9_]+)":').match(data, at)
    need(found, "not a key")
    need(last is None or last < found[1], "keys do not ascend")
    return value(data, found.end(), inside + 1), found[1]


def facts(case):
    check_facts(unhex(case["bytes"]) if "bytes" in case else case["text"].encode())


TRUST = ["native", "attested", "observed", "reconstructed"]
PRECISION = ["instant", "second", "minute", "hour", "day", "month", "year", "unknown"]


def check_lists(refs, lists):
    """References 4: which roles stand in lists follows from how many references each role has."""
    counts = {role: count for role, count, _ in lists}
    for role, _ in refs:
        need(role not in [other for other, _, _ in lists], "a role in references and in a list")
        counts[role] = counts.get(role, 0) + 1
    listed = []
    while sum(counts.values()) > 32:
        largest = min(counts, key=lambda role: (-counts[role], role))
        listed.append(largest)
        del counts[largest]
    need(sorted(listed) == [role for role, _, _ in lists], "not the roles that must stand in lists")


def read_intent(it):
    need(it.take(11) == b"devenir/ev\0", "magic")
    need(it.int("B") == 0, "version")
    flags = it.int("H")
    need(flags & 0b0000_1111_1100_0000 == 0, "flags")
    told = {"trust": TRUST[flags & 3], "precision": PRECISION[flags >> 2 & 7]}
    told["log_id"], told["stream_id"] = it.take(32).hex(), it.take(16).hex()
    told["event_type"], told["schema"], told["actor_class"] = it.int("H"), it.int("H"), it.int("B")
    told["command_id"], told["command_index"], told["command_count"] = it.take(16).hex(), it.int("H"), it.int("H")
    need(told["command_index"] < told["command_count"], "command index")
    occurred = it.int("q")
    need((occurred == -(2**63)) == (told["precision"] == "unknown"), "a time and no precision, or the reverse")
    told["occurred_at_ms"] = None if told["precision"] == "unknown" else occurred
    length = it.int("H")
    need(length <= 2048, "facts longer than 2,048 bytes")
    facts = it.take(length)
    check_facts(facts)
    told["facts"] = facts.decode()
    count = it.int("B")
    need(count <= 32, "more than 32 references")
    refs = [(it.int("B"), it.take(32)) for _ in range(count)]
    ascending(refs, "references do not ascend")
    count = it.int("B")
    need(count <= 4, "more than 4 lists")
    lists = [(it.int("B"), it.int("I"), it.take(32)) for _ in range(count)]
    ascending([role for role, _, _ in lists], "lists do not ascend")
    need(all(1 <= count <= 32767 for _, count, _ in lists), "a list of none or too many")
    check_lists(refs, lists)
    count = it.int("B")
    need(count <= 15, "more than 15 parts")
    parts = [(it.int("B"), it.int("B"), it.take(32)) for _ in range(count)]
    ascending([kind for kind, _, _ in parts], "parts do not ascend")
    need(all(kind != 0 and alg == 0 for kind, alg, _ in parts), "a part of kind 0 or of another algorithm")
    of_lists = [kind for kind, _, _ in parts if kind >= FIRST_LIST]
    need(of_lists == list(range(FIRST_LIST, FIRST_LIST + len(lists))), "parts of lists that are not its lists")
    told["refs"] = [[role, id.hex()] for role, id in refs]
    told["lists"] = [[role, count, top.hex()] for role, count, top in lists]
    told["parts"] = [[kind, alg, commitment.hex()] for kind, alg, commitment in parts]
    told["signer"] = None
    if flags & 1 << 5:
        told["signer"] = {
            "key_id": it.take(32).hex(),
            "seen_size": str(it.int("Q")),
            "seen_root": it.take(32).hex(),
            "expires_at_ms": it.int("q"),
        }
    told["intent_id"] = tagged("devenir/intent/v1", it.data[: it.at]).hex()
    return told


def read_envelope(data):
    need(len(data) <= 8192, "longer than 8,192 bytes")
    it = Bytes(data)
    told = read_intent(it)
    alg, length = it.int("B"), it.int("H")
    need((alg, length) == ((1, 64) if told["signer"] else (0, 0)), "signature and signer do not go together")
    told["signature"] = [alg, it.take(length).hex()]
    position, revision, prev, before, recorded = it.int("Q"), it.int("Q"), it.take(32), it.int("Q"), it.int("q")
    first = revision == 0
    need(first == (before == 2**64 - 1), "prev_position")
    need(not first or prev == bytes(32), "prev")
    need(first or before < position, "a predecessor that is not before")
    need(it.at == len(data), "bytes follow")
    told |= {"position": str(position), "revision": str(revision), "prev": prev.hex()}
    told |= {"prev_position": None if first else str(before), "recorded_at_ms": recorded}
    return told | {"leaf_hash": leaf_hash(data).hex()}


def commitment(case):
    mac = hmac.new(unhex(case["key"], 32), digestmod="sha256")
    part = unhex(case["part"])
    mac.update(b"devenir/part/v1\0" + b"\0" + unhex(case["log_id"], 32) + unhex(case["stream_id"], 16))
    mac.update(struct.pack(">HHBQ", case["event_type"], case["schema"], case["kind"], len(part)) + sha256(part))
    need(mac.digest() == unhex(case["commitment"], 32), "another commitment")


def command_id(case):
    fields = [case["namespace"].encode(), unhex(case["key"])]
    message = b"devenir/command/v1\0" + b"".join(struct.pack(">H", len(field)) + field for field in fields)
    return hmac.new(unhex(case["instance_key"], 32), message, "sha256").digest()[:16]


IDENTITIES = {
    "log_id": lambda case: tagged("devenir/log-id/v1", case["facts"].encode()),
    "instance_stream": lambda case: tagged("devenir/instance-stream/v1", unhex(case["log_id"], 32))[:16],
    "stream_id": lambda case: tagged(
        "devenir/stream/v1", unhex(case["log_id"], 32) + unhex(case["command_id"], 16)
    )[:16],
    "command_id": command_id,
    "intent_id": lambda case: tagged("devenir/intent/v1", unhex(case["intent"])),
    "leaf_hash": lambda case: leaf_hash(unhex(case["envelope"])),
    "signed_message": lambda case: b"devenir/intent-sig/v1\0" + unhex(case["intent_id"], 32),
    "key_id": lambda case: tagged("devenir/key/v1", unhex(case["public_key"], 32)),
    "list_root": lambda case: root([unhex(id, 32) for id in case["ids"]]),
}
