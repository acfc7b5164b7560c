"""docs/format.md: Bundles; and the verdict on one."""

import json
import pathlib
import struct

from .envelope import commitment
from .forms import Bytes, Refused, fields, leaf_hash, need, no_fraction, number, one_of_each, unhex
from .ledger import HEADS, Ledger, tree_root
from .notes import admitted, named_key_of, judge, open_note, quorum, read_checkpoint, read_note, read_policy
from .trees import check_inclusion

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "fixtures/vectors/bundle"
TERM_MS = 120_000
OPEN, WITHHELD, GONE = range(3)


class Unreadable(Refused):
    """No bundle at all."""


class Missing(Refused):
    """What belongs there is not there."""


class Other(Refused):
    """Another history than the one that the reader kept."""


VERDICTS = {
    Unreadable: ("unreadable", 3), Missing: ("incomplete", 12), Other: ("divergent", 11), Refused: ("altered", 10),
}  # fmt: skip


def form(condition, why):
    if not condition:
        raise Unreadable(why)


# Archive --------------------------------------------------------------------------------------------------------


def header(name, size):
    block = bytearray(512)
    for at, text in ((0, name), (100, "0000644"), (108, "0000000"), (116, "0000000"), (124, f"{size:011o}"),
                     (136, "0" * 11), (148, " " * 8), (156, "0"), (257, "ustar\0" + "00")):  # fmt: skip
        block[at : at + len(text)] = text.encode()
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


def read_archive(data):
    """Its files in their order: names and bytes."""
    files, at = [], 0
    while data[at : at + 512] != bytes(512):
        name = data[at : at + 100].rstrip(b"\0").decode("ascii", "replace")
        digits = data[at + 124 : at + 135]
        form(len(digits) == 11 and digits.isdigit() and not set(digits) & set(b"89"), "no header")
        size = int(digits, 8)
        form(len(name) < 100 and data[at : at + 512] == header(name, size), f"not the header of {name}")
        end = at + 512 + size
        form(len(data) >= end + -size % 512 and not any(data[end : end + -size % 512]), f"{name} is cut off")
        files.append((name, data[at + 512 : end]))
        at = end + -size % 512
    form(data[at:] == bytes(1024), "it does not end in two blocks of zeros")
    return files


def document(name, data):
    try:
        form(len(data) <= 65_536, f"{name} is too long")
        return json.loads(data.decode(), object_pairs_hook=one_of_each, parse_float=no_fraction)
    except (ValueError, Refused) as why:
        raise Unreadable(f"{name}: {why}") from None


def formed(read, *given):
    """What does not read in a document makes it none."""
    try:
        return read(*given)
    except (Refused, TypeError, AttributeError) as why:
        raise Unreadable(str(why)) from None


def read_manifest(data):
    manifest = document("manifest.json", data)
    form(isinstance(manifest, dict) and manifest.get("format") == "devenir bundle v0", "another format")
    form(manifest.get("kind") in ("all", "consultation"), "another kind")
    more = ("stream", "heads") if manifest["kind"] == "consultation" else ()

    def read():
        fields(manifest, "format", "kind", "log_id", "origin", "size", "root", *more)
        need(isinstance(manifest["origin"], str), "no origin")
        unhex(manifest["log_id"], 32), unhex(manifest["root"], 32)
        manifest["size"] = number(manifest["size"])
        if more:
            unhex(manifest["stream"], 16)
            manifest["heads"] = number(manifest["heads"])
            need(manifest["heads"] < manifest["size"], "heads beyond the tree")
        return manifest

    return formed(read)


def read_proof(found):
    fields(found, "position", "path")
    return number(found["position"]), [unhex(hash, 32) for hash in found["path"]]


def read_proofs(data):
    names = ("first", "last", "heads", "stream")
    proofs = document("proofs.json", data)
    return formed(lambda: {name: read_proof(fields(proofs, *names)[name]) for name in names})


def read_files(files):
    """manifest, checkpoint or None, proofs or None, and for each file of entries itself and that of its parts."""
    files = list(files)

    def take(name):
        return files.pop(0)[1] if files and files[0][0] == name else None

    front = take("manifest.json")
    form(front is not None, "it does not begin with manifest.json")
    manifest, checkpoint, proofs = read_manifest(front), take("checkpoint"), None
    if checkpoint is not None:
        formed(lambda: read_note(checkpoint.decode()))
    if manifest["kind"] == "consultation":
        proofs = take("proofs.json")
        form(proofs is not None, "proofs.json is missing")
        proofs = read_proofs(proofs)
    records = []
    while (entries := take(f"entries/{len(records):09}")) is not None:
        form(not records or len(records[-1][0]) == 256, "an entry file after one that is not full")
        parts = take(f"parts/{len(records):09}")
        records.append((read_entries(entries), read_records(parts or b"")))
    form(not files, f"{files[:1]} does not belong there")
    return manifest, checkpoint, proofs, records


def read_entries(data):
    form(len(data) <= 256 * 8_194, "too long a file of entries")
    it, entries = Bytes(data), []
    while it.at < len(data):
        entries.append(formed(lambda: it.take(it.int("H"))))
    form(1 <= len(entries) <= 256, f"{len(entries)} entries")
    return entries


def read_records(data):
    """By position and index: kind, state, key and bytes."""
    it, records, last = Bytes(data), {}, (-1, 0)
    while it.at < len(data):
        position, index, kind, state = formed(lambda: struct.unpack(">QBBB", it.take(11)))
        form((position, index) > last and index < 15 and state in (OPEN, WITHHELD, GONE), "not a record")
        last, opened = (position, index), (None, None)
        if state == OPEN:
            key, length = formed(lambda: (it.take(32), it.int("I")))
            form(length <= 1_048_576, "too long a part")
            opened = (key, formed(it.take, length))
        records[last] = (kind, state, *opened)
    return records


# What it says ---------------------------------------------------------------------------------------------------


class Bundle:
    def __init__(self, files):
        self.manifest, self.note, self.proofs, self.records = read_files(files)
        self.whole = self.manifest["kind"] == "all"
        self.ledger = Ledger(self.whole)
        self.own, self.heads, self.open = [], None, 0

    def follow(self):
        for entries, records in self.records:
            for data in entries:
                event = self.ledger.take(data)
                self.belongs(event)
                self.parts(event, records)
            need(not records, "a record of a part that no envelope names")
        need(self.ledger.last is not None, "no events")
        self.ledger.end_command()
        opened = (self.ledger.log, self.ledger.origin)
        need(opened == (self.manifest["log_id"], self.manifest["origin"]), "event 0 opens another ledger")
        if self.whole:
            need(len(self.ledger.leaves) == self.manifest["size"], "another size")
            need(tree_root(self.ledger.leaves).hex() == self.manifest["root"], "another root")
        else:
            self.complete()

    def belongs(self, event):
        if self.whole:
            return
        position, heads = int(event["position"]), self.manifest["heads"]
        if event["stream_id"] == self.manifest["stream"]:
            need(position < heads, "an event behind the heads event")
            self.own.append(event)
        else:
            need(event["stream_id"] == self.ledger.instance and position <= heads, "an event that does not belong")
        if position == heads:
            self.heads = event

    def parts(self, event, records):
        position = int(event["position"])
        for index, (kind, _, committed) in enumerate(event["parts"]):
            stated, state, key, data = records.pop((position, index), (kind, GONE, None, None))
            need(stated == kind, "a record of another kind")
            if state != OPEN:
                self.ledger.removals.lacking[position, index] = state == WITHHELD and kind < 192
                continue
            commitment(event | {"kind": kind, "key": key.hex(), "part": data.hex(), "commitment": committed})
            self.open += 1
            self.ledger.part(event, kind, data)

    def complete(self):
        """Bundles 6."""
        size, top = self.manifest["size"], unhex(self.manifest["root"])
        if not self.own or int(self.own[-1]["position"]) < self.proofs["last"][0] or self.heads is None:
            raise Missing("the last event, or the heads event, is not there")
        need(self.heads["event_type"] == HEADS, "what stands there states no heads")
        for name, event in (("first", self.own[0]), ("last", self.own[-1]), ("heads", self.heads)):
            position, path = self.proofs[name]
            need(position == int(event["position"]), f"the {name} event stands elsewhere")
            included(unhex(event["leaf_hash"]), position, size, top, path)
        last, stated = self.own[-1], self.heads["json"]
        leaf = unhex(last["stream_id"]) + struct.pack(">Q", int(last["revision"]) + 1) + unhex(last["leaf_hash"])
        position, path = self.proofs["stream"]
        included(leaf_hash(leaf), position, stated["streams"], unhex(stated["root"]), path)

    def own_key(self, size):
        """The ledger's key of checkpoints of a size, and all of its keys."""
        signers = self.ledger.signers
        named = lambda key: named_key_of(self.manifest["origin"], 1, admitted(unhex(key, 32)))  # noqa: E731
        return named(signers.key_at("checkpoint", size)), [named(key) for _, key in signers.terms["checkpoint"]]

    def about(self, policy, size):
        """Policies 6, and Rotation of keys 6: the policy about the ledger at hand."""
        key, keys = self.own_key(size)
        followed = not policy["logs"] or any(log["key"] == one["key"] and log["name"] == one["name"] for log in policy["logs"] for one in keys)
        return policy | {"logs": [key]} if followed else policy

    def believed(self, policy):
        """Since when the quorum vouches for all of it: None where nobody was asked, or it is missing."""
        if self.note is None:
            return None
        size, top = self.manifest["size"], unhex(self.manifest["root"])
        text, _ = open_note(self.note.decode(), [self.own_key(size)[0]])
        need(read_checkpoint(text) == (self.manifest["origin"], size, top), "the checkpoint of another tree")
        if policy is None:
            return None
        instants = judge(self.about(policy, size), self.note.decode())[1]
        since = quorum(policy, instants)
        return since if isinstance(since, int) else None

    def dated(self, policy, seen):
        """What a verifier checks 12."""
        notes = [note.decode() if isinstance(note, bytes) else note for note in (self.note, seen) if note is not None]
        for note in dict.fromkeys(notes):
            try:
                size = read_checkpoint(read_note(note)[0])[1]
                (origin, *_), instants = judge(self.about(policy, size), note)
            except Refused:
                continue
            if origin != self.manifest["origin"]:
                continue
            for position, recorded in self.ledger.recorded:
                if position < size:
                    those = {who: at for who, at in instants.items() if (at + 1) * 1000 <= recorded - TERM_MS}
                else:
                    those = {who: at for who, at in instants.items() if at * 1000 > recorded + TERM_MS}
                need(not isinstance(quorum(policy, those), int), "its instant does not fit those of the witnesses")

    def compare(self, seen):
        """How the record goes with a checkpoint of before."""
        if seen is None:
            return
        origin, size, top = read_checkpoint(read_note(seen)[0])
        if origin != self.manifest["origin"]:
            raise Other("the checkpoint of another ledger")
        if size > self.manifest["size"]:
            raise Missing("more was signed")
        found = None
        if size == self.manifest["size"]:
            found = unhex(self.manifest["root"])
        elif self.whole or size == 0:
            found = tree_root(self.ledger.leaves[:size])
        if found not in (None, top):
            raise Other("another root")


def included(hash, position, size, top, path):
    """An inclusion proof of a leaf of which the hash is known."""
    check_inclusion(None, position, size, top, path, hash=hash)


def verify(case):
    """The verdict on an archive, with what is counted where it is sound."""
    policy = read_policy(case["policy"]) if "policy" in case else None
    try:
        bundle = Bundle(read_archive((VECTORS / case["bundle"]).read_bytes()))
        bundle.follow()
        last = bundle.ledger.last["recorded_at_ms"]
        now = max(last, case.get("now_ms", last)) if bundle.whole else last
        counts = bundle.ledger.removals.sort(now, last)
        since = bundle.believed(policy)
        if policy:
            bundle.dated(policy, case.get("seen"))
        bundle.compare(case.get("seen"))
    except Refused as why:
        verdict, code = VERDICTS[type(why)]
        return {"verdict": verdict, "exit": code, "reason": str(why)}
    anchored = since is not None and bundle.ledger.unknown == 0
    verdict, code = ("anchored", 0) if anchored else ("self-consistent only", 4)
    if counts["missing"] or counts["lost"] or counts["taken_down"]:
        verdict, code = "incomplete", 12
    manifest = bundle.manifest
    seen = {"size": str(manifest["size"]), "root": manifest["root"], "stream": manifest.get("stream")}
    seen |= {"heads": str(manifest["heads"]) if "heads" in manifest else None, "parts": counts | {"open": bundle.open}}
    seen |= {"signed": bundle.ledger.signers.counts, "unknown": bundle.ledger.unknown, "succeeds": bundle.ledger.succession}
    return {"verdict": verdict, "exit": code, "seen": seen}
