"""docs/format.md: Signed acts, Rotation of keys."""

import json

from .envelope import commitment, read_intent
from .forms import Bytes, Refused, fields, need, no_fraction, one_of_each, tagged, un64, unhex
from .notes import admitted, signed_by
from .vocabulary import ACTORS

OPENED, INTRODUCED, COUNTERSIGNED, GRANTED, REVOKED = 0x0001, 0x0002, 0x0005, 0x0E01, 0x0E02
TAKEN_DOWN, ERASURE_DECIDED = 0x0006, 0x0E08
ACT = 5
# The types that are signed away from the server.
SIGNABLE = [
    INTRODUCED, COUNTERSIGNED, TAKEN_DOWN, 0x0103, 0x0105, 0x0108, 0x0302, 0x0303, 0x0702, 0x0704, 0x0B04, 0x0B05, 0x0B06,
    GRANTED, REVOKED, 0x0E04, 0x0E05, 0x0E06,
]  # fmt: skip
# In which fact a type names the credential that acts.
HANDS = {
    INTRODUCED: "by", COUNTERSIGNED: "credential", GRANTED: "granted_by", REVOKED: "revoked_by",
    TAKEN_DOWN: "by", ERASURE_DECIDED: "by",
}  # fmt: skip


def named(event, role):
    return [id for found, id in event["refs"] if found == role]


def document(case):
    """The document of an act, checked as a signer's software does; what is signed."""
    need(len(case["act"].encode()) <= 25_165_824, "longer than 25,165,824 bytes")
    try:
        act = json.loads(case["act"], object_pairs_hook=one_of_each, parse_float=no_fraction)
    except ValueError:
        raise Refused("not JSON") from None
    fields(act, "format", "origin", "namespace", "key", "intent", "parts", optional=("signature",))
    need(act["format"] == "devenir act v0", "another format")
    need(all(isinstance(act[name], str) for name in ("origin", "namespace", "key")), "not texts")
    signature = un64(act["signature"], 64).hex() if "signature" in act else None
    it = Bytes(un64(act["intent"]))
    told = read_intent(it)
    need(it.at == len(it.data), "bytes behind the intent")
    need(told["signer"] and told["command_count"] == 1, "no signer, or not the only event of its command")
    need(told["event_type"] in SIGNABLE, "not signed away from the server")
    need([part["kind"] for part in act["parts"]] == [kind for kind, _, _ in told["parts"]], "other parts")
    for part, (_, _, committed) in zip(act["parts"], told["parts"]):
        fields(part, "kind", "key", "bytes")
        commitment(told | part | {"part": un64(part["bytes"]).hex(), "commitment": committed})
    message = b"devenir/intent-sig/v1\0" + unhex(told["intent_id"])
    return told["signer"] | {
        "event_type": told["event_type"], "intent_id": told["intent_id"], "message": message.hex(), "signature": signature,
    }  # fmt: skip


class Signers:
    """Who was given which role under which key, and which key of the ledger signs what at which size."""

    def __init__(self):
        self.grants, self.counts = [], {"holder": 0, "server": 0}
        # By credential, whose it is: also of those that sign nothing.
        self.holders = {}
        self.terms = {"checkpoint": [], "promise": []}

    def grant(self, **fields):
        fields["key_id"] = tagged("devenir/key/v1", unhex(fields["key"], 32)).hex()
        self.grants.append({"state": "stands", "from": None, "until": None, "credential": fields["key_id"][:32]} | fields)

    def accepted_by(self, event):
        """The key that a countersignature would accept for."""
        return self.waiting(event, "waits for its key")

    def waiting(self, event, state):
        waiting = [one for one in self.grants if one["state"] == state and one["id"] in named(event, ACT)]
        return waiting[0] if event["event_type"] == COUNTERSIGNED and waiting else None

    def check(self, event):
        """Refuses a signature that does not count, and an act that replaces a key without one."""
        signer, facts, kind = event["signer"], event["json"], event["event_type"]
        accepts = self.accepted_by(event)
        if signer is None:
            need(kind != INTRODUCED and accepts is None, "a key is replaced, and the key that speaks did not sign")
            return
        grants = [one for one in self.grants if one["key_id"] == signer["key_id"]]
        need(grants, "no grant names this key")
        grant = grants[-1]
        message = b"devenir/intent-sig/v1\0" + unhex(event["intent_id"], 32)
        signed_by(admitted(unhex(grant["key"], 32)), message, unhex(event["signature"][1]))
        about_keys = kind == INTRODUCED or accepts is not None
        need(grant["purpose"] == "signer" or about_keys, "a key of the ledger signs no other act")
        own = accepts is not None and accepts["key_id"] == grant["key_id"]
        need(grant["state"] == "stands" or own, "the role is not in force")
        at = event["recorded_at_ms"]
        need(grant["from"] is None or grant["from"] <= at, "the role begins later")
        need(grant["until"] is None or at < grant["until"], "the role has ended")
        need(grant["scope"] == "instance" or grant["stream"] == event["stream_id"], "a role in another stream")
        need(ACTORS[event["actor_class"]] == grant["role"], "another role")
        need(at <= signer["expires_at_ms"], "the signature has expired")
        hand = facts.get(HANDS.get(kind))
        need(hand is None or hand == grant["credential"], "another hand")
        self.counts[grant["custody"]] += 1

    def follow(self, event):
        """Takes in what an event says of keys, once its own signature was checked."""
        facts, kind = event["json"], event["event_type"]
        where = {"stream": event["stream_id"], "id": event["intent_id"]}
        if kind == OPENED:
            own = where | {"role": "administrator", "scope": "instance", "custody": "server"}
            for purpose, field in (("checkpoint", "key"), ("promise", "promise_key")):
                if field in facts:
                    self.grant(purpose=purpose, key=facts[field], **own)
                    self.terms[purpose].append((0, facts[field]))
        elif kind == GRANTED and facts["credential"] not in self.holders:
            self.give(where, facts)
        elif kind == REVOKED:
            for one in self.grants:
                if one["credential"] == facts["credential"]:
                    one["state"] = "ended"
        elif kind == INTRODUCED:
            self.introduce(event, facts)
        elif accepted := self.accepted_by(event):
            self.accept(event, accepted)
        elif given := self.waiting(event, "waits for a hand"):
            given["state"] = "stands"

    def give(self, where, facts):
        """A role that somebody gives to themselves waits for another hand."""
        oneself = "granted_by" in facts and self.holders.get(facts["granted_by"]) == facts["holder"]
        self.holders[facts["credential"]] = facts["holder"]
        if "key" in facts:
            said = {name: facts[name] for name in ("key", "role", "scope", "custody", "from", "until") if name in facts}
            self.grant(**where, purpose="signer", state="waits for a hand" if oneself else "stands", **said)

    def introduce(self, event, facts):
        old = next((one for one in self.grants if one["credential"] == facts["by"]), None)
        need(old and old["state"] == "stands", "no key in force has this credential")
        need(old["purpose"] == facts["purpose"] and old["stream"] == event["stream_id"], "another purpose or stream")
        need(all(one["key"] != facts["key"] for one in self.grants), "this key was named or granted before")
        admitted(unhex(facts["key"], 32))
        said = {name: old[name] for name in ("purpose", "role", "scope", "stream", "from", "until")}
        self.grant(**said, key=facts["key"], custody=facts["custody"], id=event["intent_id"], state="waits for its key",
                   old=old, valid_from=facts["valid_from"])  # fmt: skip

    def accept(self, event, new):
        size = int(event["position"]) + 1
        need(size >= new["valid_from"], "it accepts too early")
        need(new["old"]["state"] == "stands", "the key before it is no longer in force")
        new["state"], new["old"]["state"] = "stands", "ended"
        if new["purpose"] in self.terms:
            self.terms[new["purpose"]].append((size, new["key"]))

    def key_at(self, purpose, size):
        """The key in force at a size."""
        return [key for first, key in self.terms[purpose] if first <= size][-1]
