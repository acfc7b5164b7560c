"""docs/format.md: Chain, Tree, Heads."""

import struct

from .forms import leaf_hash, need, node_hash, number, root, unhex


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


def check_inclusion(leaf, position, size, top, path, hash=None):
    """RFC 9162 2.1.3.2, of a leaf or of its hash."""
    need(position < size, "beyond")
    fn, sn, r = position, size - 1, leaf_hash(leaf) if hash is None else hash
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
    first, second = number(case["old_size"]), number(case["new_size"])
    old, new = unhex(case["old_root"], 32), unhex(case["new_root"], 32)
    check_consistency(first, old, second, new, [unhex(hash, 32) for hash in case["path"]])


def check_consistency(first, old, second, new, path):
    """RFC 9162 2.1.4.2."""
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
