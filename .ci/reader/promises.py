"""docs/format.md: Promises, Proof files, Receipts."""

import json
import re

from .envelope import commitment, read_envelope
from .forms import Refused, ascending, fields, need, no_fraction, number, one_of_each, un64, unhex
from .notes import evaluate, key_name, named_key, open_note, quorum, read_checkpoint, read_note
from .trees import check_inclusion


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
