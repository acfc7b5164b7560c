"""docs/format.md: Numbers, Text forms, Hashes."""

import base64
import hashlib
import re
import struct


class Refused(Exception):
    """What breaks a `must` of docs/format.md."""


def need(condition, why):
    if not condition:
        raise Refused(why)


def unhex(text, length=None):
    need(isinstance(text, str), "not a text")
    need(re.fullmatch("([0-9a-f]{2})*", text), "not lower-case hexadecimal")
    need(length is None or len(text) == 2 * length, f"not {length} bytes")
    return bytes.fromhex(text)


def number(text):
    need(isinstance(text, str), "not a text")
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


def un64(text, length=None):
    """Text forms 3: whatever decodes encodes to the same text."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("not base64") from None
    need(base64.b64encode(data).decode() == text, "not the one text of these bytes")
    need(length is None or len(data) == length, f"not {length} bytes")
    return data


def one_of_each(pairs):
    names = [name for name, _ in pairs]
    need(len(set(names)) == len(names), "a field twice")
    return dict(pairs)


def no_fraction(text):
    raise Refused(f"{text} is not written in its digits alone")


def fields(found, *names, optional=()):
    need(isinstance(found, dict) and set(names) <= set(found) <= {*names, *optional}, f"not the fields {names}")
    return found


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
