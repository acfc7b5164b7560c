"""docs/format.md: Commands, Event 0, Chain, Heads, Succession, and What a verifier checks, event by event."""

import json

from . import vocabulary
from .acts import OPENED, Signers
from .envelope import FIRST_LIST, read_envelope
from .forms import Bytes, fields, leaf_hash, need, node_hash, one_of_each, root, sha256, tagged, un64, unhex
from .notes import named_key, open_note, read_checkpoint
from .removals import Removals
from .trees import heads as heads_of

HEADS, SUCCEEDED, REGISTERED = 0x0004, 0x0008, 0x0101
CAST, CHANGED, RETRACTED = 0x0502, 0x0503, 0x0504
PREDECESSOR = 201


def tree_root(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"")
    half = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node_hash(tree_root(hashes[:half]), tree_root(hashes[half:]))


def judge(case):
    """A whole ledger without its parts: what its events say of keys, signatures and parts."""
    ledger = Ledger(whole=True)
    for entry in case["entries"]:
        ledger.take(un64(entry))
    ledger.end_command()
    counts, signers, said = ledger.gone(), ledger.signers, ledger.succession
    told = {f"{name}_keys": [[str(first), key] for first, key in terms] for name, terms in signers.terms.items()}
    told |= {"size": str(len(ledger.leaves)), "root": tree_root(ledger.leaves).hex(), "signed": signers.counts}
    told |= {"gone": {name: counts[name] for name in ("erased", "taken_down", "lost")}, "unknown": ledger.unknown}
    return told | {"succeeds": said and {name: said[name] for name in ("predecessor", "held", "signed")}}


class Ledger:
    """The events of a whole ledger in order, or of some of its streams."""

    types, kinds = vocabulary.read(), vocabulary.part_kinds()

    def __init__(self, whole):
        self.whole = whole
        self.log = self.instance = self.origin = self.last = self.succession = None
        self.leaves, self.recorded, self.streams = [], [], {}
        self.known, self.shapes, self.commands = {}, {}, set()
        self.signers, self.removals = Signers(), Removals()
        self.unknown = 0

    def take(self, data):
        """The next event, checked."""
        event = read_envelope(data)
        event["json"] = json.loads(event["facts"], object_pairs_hook=one_of_each)
        position = int(event["position"])
        self.open(event, position)
        self.place(event, position)
        self.command(event)
        known = self.means(event)
        need(event["intent_id"] not in self.known, "an intent id twice")
        if known:
            self.sign(event, position)
            self.removals.follow(event, self.shapes)
            self.succeed(event, position)
        self.known[event["intent_id"]] = event["event_type"]
        self.shapes[event["intent_id"]] = (position, [kind for kind, _, _ in event["parts"]])
        self.leaves.append(unhex(event["leaf_hash"], 32))
        self.recorded.append((position, event["recorded_at_ms"]))
        self.last = event
        return event

    def open(self, event, position):
        if self.log is None:
            need(position == 0 and event["event_type"] == OPENED, "it does not begin with event 0")
            need(not event["refs"] and not event["lists"] and not event["parts"], "event 0 names something")
            self.log = tagged("devenir/log-id/v1", event["facts"].encode()).hex()
            self.instance = tagged("devenir/instance-stream/v1", unhex(self.log)).hex()[:32]
            self.origin = event["json"]["origin"]
            need(event["stream_id"] == self.instance, "event 0 stands in another stream")
        need(event["log_id"] == self.log, "an event of another ledger")

    def place(self, event, position):
        after = -1 if self.last is None else int(self.last["position"])
        need(position == after + 1 if self.whole else position > after, "another position")
        need(self.last is None or self.last["recorded_at_ms"] <= event["recorded_at_ms"], "time goes back")
        if event["event_type"] == HEADS and self.whole:
            stated = event["json"]
            heads = [{"stream": stream, "count": count, "last_leaf": leaf} for stream, (count, leaf, _) in self.streams.items()]
            found = heads_of({"streams": heads})
            need((str(stated["streams"]), stated["root"]) == (found["size"], found["root"]), "other heads")
        stream = event["stream_id"]
        if stream not in self.streams and position > 0:
            name = tagged("devenir/stream/v1", unhex(self.log) + unhex(event["command_id"])).hex()[:32]
            need(event["event_type"] == REGISTERED and stream == name, "a stream that nothing registers")
        count, leaf, before = self.streams.get(stream, (0, bytes(32).hex(), None))
        link = (event["revision"], event["prev"], event["prev_position"])
        need(link == (str(count), leaf, before), "not the next of its stream")
        self.streams[stream] = (count + 1, event["leaf_hash"], event["position"])

    def command(self, event):
        index, last = event["command_index"], self.last
        if index == 0:
            self.end_command()
            need(event["command_id"] not in self.commands, "a command twice")
            self.commands.add(event["command_id"])
        else:
            same = ("command_id", "stream_id", "command_count", "recorded_at_ms")
            need(last and all(last[name] == event[name] for name in same), "another command goes on")
            follows = (last["command_index"] + 1, int(last["position"]) + 1)
            need(follows == (index, int(event["position"])), "not the next of its command")
        own = event["event_type"] in (CAST, CHANGED)
        own |= event["event_type"] == RETRACTED and event["json"].get("by") == "voter"
        need(not own or event["command_count"] == 1, "a vote shares its command")

    def end_command(self):
        last = self.last
        need(last is None or last["command_index"] + 1 == last["command_count"], "half a command")

    def means(self, event):
        """References and facts; whether type, version, actor class and roles are known."""
        for role, id in event["refs"]:
            self.reference(role, id)
        roles = [role for role, _ in event["refs"]] + [role for role, _, _ in event["lists"]]
        found = self.types.get((event["event_type"], event["schema"]))
        if found:
            counts, schema = found
            for role in {*counts, *roles}:
                least, most = counts.get(role, (0, 0))
                count = sum(one == role for one, _ in event["refs"])
                count += sum(count for one, count, _ in event["lists"] if one == role)
                need(least <= count and (most is None or count <= most), f"{count} references of role {role}")
            vocabulary.check(event["json"], schema, schema)
        readable = bool(found) and 0 < event["actor_class"] < len(vocabulary.ACTORS)
        readable = readable and all(0 < role < len(vocabulary.ROLES) for role in roles)
        lists = range(FIRST_LIST, FIRST_LIST + len(event["lists"]))
        parts = all(kind in self.kinds or kind in lists for kind, _, _ in event["parts"])
        self.unknown += not (readable and parts)
        return readable

    def reference(self, role, id):
        if id not in self.known:
            need(not self.whole, "it names no earlier event")
            return
        types = vocabulary.MAY_NAME.get(role)
        is_known = self.known[id] in {code for code, _ in self.types}
        need(types is None or self.known[id] in types or not is_known, "it names an event that does not fit the role")

    def sign(self, event, position):
        self.signers.check(event)
        if signer := event["signer"]:
            size = int(signer["seen_size"])
            need(size <= position, "its signer saw more than there was")
            if self.whole:
                need(tree_root(self.leaves[:size]).hex() == signer["seen_root"], "its signer saw another ledger")
        self.signers.follow(event)

    def succeed(self, event, position):
        if event["event_type"] != SUCCEEDED:
            return
        facts = event["json"]
        need(position == 1 and facts["predecessor"] != self.log, "not event 1, or it succeeds itself")
        need(facts["held"] < facts["signed"], "nothing is lost")
        self.succession = {"predecessor": facts["predecessor"], "held": str(facts["held"]), "signed": str(facts["signed"]),
                           "origin": None, "cosigned": None}  # fmt: skip

    def gone(self):
        """What became of the parts of which none is here."""
        for position, kinds in self.shapes.values():
            self.removals.lacking |= {(position, index): False for index in range(len(kinds))}
        last = self.last["recorded_at_ms"]
        return self.removals.sort(last, last)

    def part(self, event, kind, data):
        """What follows from an open part, whose commitment was checked."""
        if 0 <= kind - FIRST_LIST < len(event["lists"]):
            role, count, top = event["lists"][kind - FIRST_LIST]
            it, ids = Bytes(data), []
            while it.at < len(data):
                ids.append(it.take(32))
            need(len(ids) == count and ids == sorted(set(ids)) and root(ids).hex() == top, "not the list of its root")
            for id in ids:
                self.reference(role, id.hex())
        if kind == PREDECESSOR and event["event_type"] == SUCCEEDED and self.succession:
            self.predecessor(event, json.loads(data, object_pairs_hook=one_of_each))

    def predecessor(self, event, said):
        fields(said, "key", "signed", optional=("cosigned",))
        key = named_key(said["key"])

        def checkpoint(note):
            origin, size, top = read_checkpoint(open_note(note, [key])[0])
            need(origin == key["name"], "a checkpoint under another name")
            return size, top.hex()

        size, top = checkpoint(said["signed"])
        need((size, top) == (event["json"]["signed"], event["json"]["signed_root"]), "another tree than the facts say")
        self.succession["origin"] = key["name"]
        if "cosigned" in said:
            older, _ = checkpoint(said["cosigned"])
            need(older <= size, "cosigned beyond what it signed")
            self.succession["cosigned"] = str(older)
