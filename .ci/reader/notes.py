"""docs/format.md: Keys, Named keys, Notes, Checkpoints, Cosignatures, Policies."""

import hashlib
import re

from .forms import Refused, need, number, sha256, un64, unhex
from .trees import check_consistency


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


def named_key_of(name, type, public):
    """A key under a name, with the number that it then has."""
    number = sha256(name.encode() + b"\n" + bytes([type]) + public)[:4]
    return {"name": name, "id": number, "type": type, "key": public}


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


def fork(case):
    """Forks 1 and 2."""
    known, pieces = named_key(case["key"]), case["fork"].split("\n\n")
    need(len(pieces) == 5, "not two notes behind a head")
    head, text, signatures, other_text, other_signatures = pieces
    lines = head.split("\n")
    need(lines.pop(0) == "devenir fork v0", "another version")
    need(not lines or lines[0].startswith("begins "), "a proof without a beginning")
    begins = un64(lines.pop(0)[7:], 32) if lines else None
    path = [un64(line, 32) for line in lines]
    heads = []
    for note in (f"{text}\n\n{signatures}\n", f"{other_text}\n\n{other_signatures}"):
        origin, size, top = read_checkpoint(open_note(note, [known])[0])
        need(known["type"] == 1 and origin == known["name"], "a checkpoint under another name")
        heads.append((size, top))
    (old, one), (new, other) = heads
    if old == new:
        return "no: same" if one == other else "convicts"
    if begins is None:
        return "no: unproven"
    check_consistency(old, begins, new, other, path)
    return "no: same" if begins == one else "convicts"


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
    return policy, *judge(policy, note_text)


def judge(policy, note_text):
    """The checkpoint, and when each witness of a policy cosigned it."""
    logs, witnesses = policy["logs"], policy["witnesses"]
    text, found = open_note(note_text, logs + witnesses)
    stated = read_checkpoint(text)
    need(stated[0] in [logs[place]["name"] for place in found if place < len(logs)], "no ledger of the policy")
    return stated, {place - len(logs): at for place, at in found.items() if place >= len(logs)}


def policy(case):
    read, (origin, size, _), instants = evaluate(case["policy"], case["note"])
    since = quorum(read, instants)
    cosigned = [{"witness": read["witnesses"][place]["as"], "at_s": instants[place]} for place in sorted(instants)]
    word = "not asked" if since == "not asked" else "missing" if since is None else "reached"
    since = since if word == "reached" else None
    return {"origin": origin, "size": str(size), "cosigned": cosigned, "quorum": word, "since_s": since}
