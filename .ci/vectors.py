"""Every vector of fixtures/vectors, judged by a reader written from docs/format.md alone, with the standard library.

It shares nothing with our code: where the two disagree, one of them or the page is wrong. That a case is refused
binds; the word for why does not, so only `refuse` is compared.
"""
import base64
import hashlib
import hmac
import json
import pathlib
import re
import struct
import sys


class Refused(Exception):
    """What breaks a `must` of docs/format.md."""


def need(condition, why):
    if not condition:
        raise Refused(why)


# Numbers, Text forms, Hashes ------------------------------------------------------------------------------------


def unhex(text, length=None):
    need(re.fullmatch("([0-9a-f]{2})*", text), "not lower-case hexadecimal")
    need(length is None or len(text) == 2 * length, f"not {length} bytes")
    return bytes.fromhex(text)


def number(text):
    need(re.fullmatch("0|[1-9][0-9]*", text) and int(text) < 2**64, "not a u64")
    return int(text)


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(data):
    return sha256(b"\0" + data)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def tagged(tag, data):
    return sha256(tag.encode() + b"\0" + data)


def root(leaves):
    """RFC 6962 2.1, the recursive definition."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(root(leaves[:half]), root(leaves[half:]))


# Facts ----------------------------------------------------------------------------------------------------------


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


# Envelope -------------------------------------------------------------------------------------------------------

TRUST = ["native", "attested", "observed", "reconstructed"]
PRECISION = ["instant", "second", "minute", "hour", "day", "month", "year", "unknown"]


class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        need(self.at + count <= len(self.data), "the bytes end inside a field")
        self.at += count
        return self.data[self.at - count : self.at]

    def int(self, form):
        (found,) = struct.unpack(">" + form, self.take(struct.calcsize(">" + form)))
        return found


def ascending(keys, why):
    need(all(a < b for a, b in zip(keys, keys[1:])), why)


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


def read_envelope(data):
    need(len(data) <= 8192, "longer than 8,192 bytes")
    it = Bytes(data)
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
    told["intent_id"] = tagged("devenir/intent/v1", data[: it.at]).hex()
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


# Identifiers, Commitments ---------------------------------------------------------------------------------------


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


# Chain, Tree, Heads ---------------------------------------------------------------------------------------------


def chain(case):
    tails, expected = {}, 0
    for event in case["events"]:
        position, revision = number(event["position"]), number(event["revision"])
        need(position == expected or case["of"] == "streams" and position > expected, "position")
        stream, prev = unhex(event["stream"], 16), unhex(event["prev"], 32)
        count, before, where = tails.get(stream, (0, bytes(32), 2**64 - 1))
        link = (revision, prev, number(event["prev_position"]))
        need(link == (count, before, where), "not the next of its stream")
        tails[stream] = (count + 1, unhex(event["leaf_hash"], 32), position)
        expected = position + 1


def check_inclusion(leaf, position, size, top, path):
    """RFC 9162 2.1.3.2."""
    need(position < size, "beyond")
    fn, sn, r = position, size - 1, leaf_hash(leaf)
    for p in path:
        need(sn != 0, "too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and r == top, "another root")


def inclusion(case):
    path = [unhex(hash, 32) for hash in case["path"]]
    top = unhex(case["root"], 32)
    check_inclusion(unhex(case["leaf"]), number(case["position"]), number(case["size"]), top, path)


def consistency(case):
    """RFC 9162 2.1.4.2."""
    first, second = number(case["old_size"]), number(case["new_size"])
    old, new = unhex(case["old_root"], 32), unhex(case["new_root"], 32)
    path = [unhex(hash, 32) for hash in case["path"]]
    need(0 < first <= second, "empty or shrunk")
    if first == second:
        need(old == new and not path, "equal sizes")
        return
    need(path, "no path")
    if first & (first - 1) == 0:
        path = [old, *path]
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        need(sn != 0, "too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and fr == old and sr == new, "another root")


def heads(case):
    def leaf(head):
        return unhex(head["stream"], 16) + struct.pack(">Q", head["count"]) + unhex(head["last_leaf"], 32)

    leaves = sorted(leaf(head) for head in case["streams"])
    if "claim" not in case:
        return {"size": str(len(leaves)), "root": root(leaves).hex()}
    claim = case["claim"]
    path = [unhex(hash, 32) for hash in claim["path"]]
    check_inclusion(leaf(claim["head"]), number(claim["position"]), len(leaves), root(leaves), path)


# Keys, Notes ----------------------------------------------------------------------------------------------------

# Ed25519 (RFC 8032 5.1), points in extended coordinates.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(one, two):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = two
    a, b, c, d = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * t1 * t2 * D, 2 * z1 * z2
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(count, point):
    found = (0, 1, 1, 0)
    while count:
        if count & 1:
            found = add(found, point)
        point, count = add(point, point), count >> 1
    return found


def packed(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def unpacked(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, (y & (1 << 255) - 1) % P
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0, "not a point")
    if x & 1 != sign:
        x = -x % P
    return x, y, 1, x * y % P


BASE = unpacked((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
NEUTRAL = packed((0, 1, 1, 0))


def admitted(key):
    """Keys 1."""
    point = unpacked(key)
    need(packed(point) == key, "not canonical")
    need(packed(times(8, point)) != NEUTRAL, "small order")
    need(packed(times(L, point)) == NEUTRAL, "a part of small order")
    return key


def signed_by(key, message, signature):
    need(len(signature) == 64, "not 64 bytes")
    s = int.from_bytes(signature[32:], "little")
    need(s < L, "s is not reduced")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, t = unpacked(key)
    found = add(times(s, BASE), times(k, (-x % P, y, z, -t % P)))
    need(packed(found) == signature[:32], "the signature does not hold")


def un64(text, length=None):
    """Text forms 3: whatever decodes encodes to the same text."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("not base64") from None
    need(base64.b64encode(data).decode() == text, "not the one text of these bytes")
    need(length is None or len(data) == length, f"not {length} bytes")
    return data


def key_name(text):
    need(text and not re.search(r"[\s+\x00-\x1f\x7f-\x9f]", text), "not a name")
    return text


def named_key(text):
    fields = text.split("+", 2)
    need(len(fields) == 3, "not three fields")
    name, id, data = key_name(fields[0]), unhex(fields[1], 4), un64(fields[2], 33)
    need(data[0] in (1, 4), "a type that is not known")
    need(sha256(name.encode() + b"\n" + data)[:4] == id, "another id")
    return {"name": name, "id": id, "type": data[0], "key": admitted(data[1:])}


def key(case):
    found = named_key(case["key"])
    return {"name": found["name"], "id": found["id"].hex(), "type": found["type"], "public_key": found["key"].hex()}


def read_note(whole):
    need(len(whole.encode()) <= 1_000_000, "longer than 1,000,000 bytes")
    need(not re.search(r"[\x00-\x09\x0b-\x1f]", whole), "a control character")
    need("\n\n" in whole and whole.endswith("\n"), "no empty line, or cut off")
    text, lines = whole.rsplit("\n\n", 1)
    need(lines, "no signature")
    signatures = []
    for line in lines[:-1].split("\n"):
        found = re.fullmatch("— ([^ ]+) ([^ ]+)", line)
        need(found, "not a signature line")
        data = un64(found[2])
        need(len(data) > 4, "no signature behind the id")
        signatures.append((key_name(found[1]), data[:4], data[4:]))
    need(len(signatures) <= 100, "more than 100 signatures")
    return text + "\n", signatures


def open_note(whole, keys):
    """The text, and the instant of each known key that signed, None for a plain signature."""
    text, signatures = read_note(whole)
    found = {}
    for name, id, data in signatures:
        for place, known in enumerate(keys):
            if (known["name"], known["id"]) != (name, id):
                continue
            at, message = None, text.encode()
            if known["type"] == 4:
                need(len(data) == 72, "not 72 bytes")
                at, data = int.from_bytes(data[:8], "big"), data[8:]
                need(at < 2**63, "an instant that does not exist")
                message = f"cosignature/v1\ntime {at}\n".encode() + message
            signed_by(known["key"], message, data)
            found[place] = at if found.get(place) is None else min(at, found[place])
            break
    need(found, "nobody known signed")
    return text, found


def note(case):
    keys = [named_key(key) for key in case["keys"]]
    text, found = open_note(case["note"], keys)
    return {"text": text, "signed": [{"name": keys[place]["name"], "at_s": found[place]} for place in sorted(found)]}


# Checkpoints, Policies ------------------------------------------------------------------------------------------


def read_checkpoint(text):
    lines = text.split("\n")
    need(len(lines) == 4 and lines[3] == "", "not three lines")
    size = number(lines[1])
    need(size < 2**63, "a size of 64 bits")
    top = un64(lines[2], 32)
    need(size > 0 or top == sha256(b""), "an empty tree with another root")
    return key_name(lines[0]), size, top


def checkpoint(case):
    origin, size, top = read_checkpoint(case["text"])
    return {"origin": origin, "size": str(size), "root": top.hex()}


def read_policy(text):
    need(text.endswith("\n"), "cut off")
    policy = {"logs": [], "witnesses": [], "groups": [], "quorum": None}
    names, grouped = {}, set()

    def party(text, kind, others):
        found = named_key(text)
        need(found["type"] == kind, "a key of the other type")
        need(found["key"] not in [other["key"] for other in others], "a key twice")
        return found

    def define(name, what):
        need(name != "none" and name not in names, "a name twice")
        names[name] = what

    for line in text[:-1].split("\n"):
        need(not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line), "a control character")
        words = [word for word in re.split("[ \t]", line) if word]
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "log" and len(words) in (2, 3):
            policy["logs"].append(party(words[1], 1, policy["logs"]))
        elif words[0] == "witness" and len(words) in (3, 4):
            witness = party(words[2], 4, policy["witnesses"])
            define(words[1], ("witness", len(policy["witnesses"])))
            policy["witnesses"].append(witness | {"as": words[1]})
        elif words[0] == "group" and len(words) >= 3:
            members = words[3:]
            count = {"all": str(len(members)), "any": "1"}.get(words[2], words[2])
            need(re.fullmatch("[1-9][0-9]*", count) and int(count) <= len(members), "not a threshold")
            need(len(set(members)) == len(members) and not grouped & set(members), "a member twice")
            need(all(member in names for member in members), "not defined above")
            grouped |= set(members)
            policy["groups"].append((int(count), [names[member] for member in members]))
            define(words[1], ("group", len(policy["groups"]) - 1))
        elif words[0] == "quorum" and len(words) == 2:
            need(policy["quorum"] is None and words[1] in [*names, "none"], "not a quorum")
            policy["quorum"] = names.get(words[1], "none")
        else:
            raise Refused("not a line of a policy")
    need(policy["quorum"] is not None, "no quorum")
    return policy


def quorum(policy, instants):
    """`not asked`, None when it is missing, else since when."""

    def since(member):
        kind, place = member
        if kind == "witness":
            return instants.get(place)
        count, members = policy["groups"][place]
        found = sorted(at for at in map(since, members) if at is not None)
        return found[count - 1] if len(found) >= count else None

    return "not asked" if policy["quorum"] == "none" else since(policy["quorum"])


def evaluate(policy_text, note_text):
    policy = read_policy(policy_text)
    logs, witnesses = policy["logs"], policy["witnesses"]
    text, found = open_note(note_text, logs + witnesses)
    stated = read_checkpoint(text)
    need(stated[0] in [logs[place]["name"] for place in found if place < len(logs)], "no ledger of the policy")
    return policy, stated, {place - len(logs): at for place, at in found.items() if place >= len(logs)}


def policy(case):
    read, (origin, size, _), instants = evaluate(case["policy"], case["note"])
    since = quorum(read, instants)
    cosigned = [{"witness": read["witnesses"][place]["as"], "at_s": instants[place]} for place in sorted(instants)]
    word = "not asked" if since == "not asked" else "missing" if since is None else "reached"
    since = since if word == "reached" else None
    return {"origin": origin, "size": str(size), "cosigned": cosigned, "quorum": word, "since_s": since}


# Promises -------------------------------------------------------------------------------------------------------


def read_promise(note_text, key_text):
    known = named_key(key_text)
    text, _ = open_note(note_text, [known])
    instant = "(0|-?[1-9][0-9]*)"
    form = f"(.+)/promise\ndevenir promise v1\nlog (.*)\nfirst (.*)\ncount (.*)\nroot (.*)\nrecorded {instant}\ninclude-by {instant}\n"
    found = re.fullmatch(form, text)
    need(found, "not the lines of a promise")
    origin, log_id, first, count, top, recorded, term = found.groups()
    promise = {"origin": key_name(origin), "log_id": unhex(log_id, 32), "first": number(first)}
    promise |= {"count": number(count), "root": unhex(top, 32), "recorded": int(recorded), "term": int(term)}
    need(promise["count"] > 0 and promise["first"] + promise["count"] < 2**63, "an empty or too long group")
    need(-(2**63) <= promise["recorded"] <= promise["term"] < 2**63, "the term")
    need(known["name"] == f"{origin}/promise", "a key of another name")
    return promise


def included(leaf, size, top):
    path = [unhex(hash, 32) for hash in leaf["path"]]
    check_inclusion(unhex(leaf["leaf"]), number(leaf["index"]), size, top, path)
    return number(leaf["index"])


def promise(case):
    found = read_promise(case["note"], case["key"])
    index = included(case["of"], found["count"], found["root"])
    told = {"log_id": found["log_id"].hex(), "first": str(found["first"]), "count": str(found["count"])}
    told |= {"root": found["root"].hex(), "recorded_at_ms": found["recorded"], "include_by_ms": found["term"]}
    return told | {"position": str(found["first"] + index)}


def breach(case):
    one = read_promise(case["promise"], case["key"])
    if case["of"] == "contradiction":
        two = read_promise(case["other"], case["key"])
        if (one["origin"], one["log_id"]) != (two["origin"], two["log_id"]):
            return "no: other ledger"
        apart = one["first"] + one["count"] <= two["first"] or two["first"] + two["count"] <= one["first"]
        same = all(one[field] == two[field] for field in ("first", "count", "root"))
        return "no: compatible" if apart or same else "convicts"
    read, (origin, size, top), instants = evaluate(case["policy"], case["checkpoint"])
    if origin != one["origin"]:
        return "no: other ledger"
    if case["of"] == "absence":
        if size >= one["first"] + one["count"]:
            return "no: covered"
        late = {place: at for place, at in instants.items() if at * 1000 > one["term"]}
        return "convicts" if isinstance(quorum(read, late), int) else "no: not after the term"
    position = one["first"] + included(case["promised"], one["count"], one["root"])
    if included(case["found"], size, top) != position:
        return "no: other place"
    return "no: kept" if case["found"]["leaf"] == case["promised"]["leaf"] else "convicts"


# Proof files, Tiles ---------------------------------------------------------------------------------------------


def proof_file(case):
    need(len(case["file"].encode()) <= 4_000_000 and "\n\n" in case["file"], "too long, or no empty line")
    head, note_text = case["file"].split("\n\n", 1)
    lines = head.split("\n")
    need(lines[0] == "c2sp.org/tlog-proof@v1", "another version")
    extra = None
    if len(lines) > 1 and lines[1].startswith("extra "):
        extra = un64(lines.pop(1)[6:])
        need(extra, "a line without data")
    need(len(lines) > 1 and lines[1].startswith("index "), "no index")
    index = number(lines[1][6:])
    need(index < 2**63 and len(lines) <= 65, "too large an index, or too long a path")
    path = [un64(line, 32) for line in lines[2:]]
    if "policy" in case:
        read, (_, size, top), instants = evaluate(case["policy"], note_text)
        since = quorum(read, instants)
    else:  # Receipts 3: nobody vouches for the checkpoint
        (_, size, top), since = read_checkpoint(read_note(note_text)[0]), "not asked"
    check_inclusion(unhex(case["leaf"]), index, size, top, path)
    need(since is not None, "no quorum")
    told = {"position": str(index), "size": str(size), "since_s": None if since == "not asked" else since}
    return told | {"extra": None if extra is None else extra.hex()}


def tile_path(level, index, width):
    folders = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        folders.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(folders)}" + (f".p/{width}" if width < 256 else "")


def read_tile_path(path):
    found = re.fullmatch(r"tile/(entries|[0-7])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", path)
    need(found, "not the path of a tile")
    index, width = int(re.sub("[x/]", "", found[2])), int(found[3] or 256)
    need(index < 2**64, "an index of 65 bits")
    need(tile_path(found[1], index, width) == path, "not the one path of this tile")
    return found[1], index, width


def tiles_of(size, levels, edge):
    paths = []
    for level in levels:
        count = size if level == "entries" else size >> 8 * level
        first = count // 256 if edge else 0
        paths += [tile_path(level, n, min(256, count - 256 * n)) for n in range(first, -(-count // 256))]
    return paths


def subtree_root(hashes):
    while len(hashes) > 1:
        hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2])]
    return hashes[0]


def tile(case):
    if case["of"] == "all":
        return tiles_of(number(case["size"]), [*range(8), "entries"], False)
    if case["of"] == "right_edge":
        return tiles_of(number(case["size"]), range(8), True)
    if case["of"] == "path":
        level, index, width = read_tile_path(case["path"])
        return {"level": level if level == "entries" else int(level), "index": str(index), "width": width}
    if case["of"] == "hashes":
        level, index, width = read_tile_path(case["path"])
        leaves, span = [leaf_hash(n.to_bytes(8, "big")) for n in range(600)], 256 ** int(level)
        starts = [(index * 256 + n) * span for n in range(width)]
        need(starts[-1] + span <= 600, "beyond the tree")
        return "".join(subtree_root(leaves[start : start + span]).hex() for start in starts)
    if case["of"] == "bundle":
        it, entries = Bytes(unhex(case["bundle"])), []
        while it.at < len(it.data):
            entries.append(it.take(it.int("H")).hex())
        need(len(entries) == case["width"], "another number of entries")
        return entries
    return read_tiles(number(case["size"]), number(case["position"]), case["tiles"])


def read_tiles(size, position, tiles):
    """Root and path of a leaf: the recursive definitions over ranges, hashes taken from the tiles."""

    def span(start, end):
        width = end - start
        if width & (width - 1):
            half = start + (1 << (width - 1).bit_length() - 1)
            return node_hash(span(start, half), span(half, end))
        level = (width.bit_length() - 1) // 8
        first, count = start >> 8 * level, width >> 8 * level
        in_level = size >> 8 * level
        path = tile_path(level, first // 256, min(256, in_level - first // 256 * 256))
        need(path in tiles, "a tile is missing")
        data = unhex(tiles[path])
        need(len(data) == 32 * read_tile_path(path)[2], "a tile of another length")
        place = first % 256
        return subtree_root([data[32 * n : 32 * n + 32] for n in range(place, place + count)])

    need(position < size, "beyond the tree")
    path, start, end = [], 0, size
    while end - start > 1:
        half = start + (1 << (end - start - 1).bit_length() - 1)
        if position < half:
            path, end = [span(half, end).hex(), *path], half
        else:
            path, start = [span(start, half).hex(), *path], half
    return {"root": span(0, size).hex(), "path": path}


# Receipts -------------------------------------------------------------------------------------------------------


def one_of_each(pairs):
    names = [name for name, _ in pairs]
    need(len(set(names)) == len(names), "a field twice")
    return dict(pairs)


def no_fraction(text):
    raise Refused(f"{text} is not written in its digits alone")


def fields(found, *names, optional=()):
    need(isinstance(found, dict) and set(names) <= set(found) <= {*names, *optional}, f"not the fields {names}")
    return found


def read_receipt(text):
    need(len(text.encode()) <= 25_165_824, "longer than 25,165,824 bytes")
    try:
        receipt = json.loads(text, object_pairs_hook=one_of_each, parse_float=no_fraction)
    except ValueError:
        raise Refused("not JSON") from None
    fields(receipt, "format", "intent_id", "envelope", "parts", optional=("promise",))
    need(receipt["format"] == "devenir receipt v0", "another format")
    need(isinstance(receipt["parts"], list), "parts are no list")
    for part in receipt["parts"]:
        fields(part, "kind", "key", "bytes")
        need(type(part["kind"]) is int and 0 < part["kind"] < 256, "not a kind")
    ascending([part["kind"] for part in receipt["parts"]], "parts do not ascend")
    if "promise" in receipt:
        path = fields(fields(receipt["promise"], "note", "path")["path"], "position", "path")
        need(isinstance(path["position"], str), "a position that is no text")
        read_note(receipt["promise"]["note"])
    return receipt


def receipt(case):
    given = read_receipt(case["receipt"])
    data = un64(given["envelope"])
    told = read_envelope(data)
    need(told["intent_id"] == unhex(given["intent_id"], 32).hex(), "another intent id")
    committed = {kind: top for kind, _, top in told["parts"]}
    for part in given["parts"]:
        need(part["kind"] in committed, "a part that the envelope does not have")
        opened = {"part": un64(part["bytes"]).hex(), "commitment": committed[part["kind"]]}
        commitment(told | part | opened)
    opened = [part["kind"] for part in given["parts"]]
    found = {"intent_id": told["intent_id"], "position": told["position"], "open": opened, "promised": False}
    found |= {"closed": [kind for kind in committed if kind not in opened], "size": None, "since_s": None}
    if "promise" in given and "promise_key" in case:
        promise = read_promise(given["promise"]["note"], case["promise_key"])
        path = given["promise"]["path"]
        index = included({"leaf": data.hex(), "index": path["position"], "path": path["path"]}, promise["count"], promise["root"])
        need(str(promise["first"] + index) == told["position"], "promised another position")
        need(promise["log_id"].hex() == told["log_id"], "the promise of another ledger")
        found["promised"] = True
    if "proof" in case:
        proven = proof_file(case | {"file": case["proof"], "leaf": data.hex()})
        need(proven["position"] == told["position"], "proven at another position")
        need(proven["extra"] is None, "extra data")
        found |= {"size": proven["size"], "since_s": proven["since_s"]}
    return found


# The judge ------------------------------------------------------------------------------------------------------


def facts(case):
    check_facts(unhex(case["bytes"]) if "bytes" in case else case["text"].encode())


JUDGED = {
    "breach": breach,
    "chain": chain,
    "checkpoint": checkpoint,
    "commitment": commitment,
    "consistency": consistency,
    "envelope": lambda case: read_envelope(unhex(case["envelope"])),
    "facts": facts,
    "heads": heads,
    "identity": lambda case: IDENTITIES[case["of"]](case).hex(),
    "inclusion": inclusion,
    "key": key,
    "note": note,
    "policy": policy,
    "promise": promise,
    "proof-file": proof_file,
    "receipt": receipt,
    "tile": tile,
}


def outcome(judge, case):
    try:
        found = judge(case)
        return "accept" if found is None else found
    except Refused as why:
        return f"refuse: {why}"


def agrees(found, want):
    refusals = [isinstance(said, str) and said.startswith("refuse") for said in (found, want)]
    return all(refusals) or (not any(refusals) and found == want)


def main():
    vectors = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "vectors"
    judged, wrong = 0, []
    for folder in sorted(path for path in vectors.iterdir() if path.is_dir()):
        if folder.name not in JUDGED:
            wrong.append(f"{folder.name}: no judge reads this folder")
            continue
        for file in sorted(folder.glob("*.json")):
            case = json.loads(file.read_text())
            found = outcome(JUDGED[folder.name], case)
            judged += 1
            if not agrees(found, case["want"]):
                wrong.append(f"{folder.name}/{file.name}: wants {case['want']}, found {found}")
    print("\n".join(wrong) or f"{judged} vectors, all as they want to be")
    sys.exit(1 if wrong or not judged else 0)


main()
