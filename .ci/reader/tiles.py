"""docs/format.md: Tiles."""

import re

from .forms import Bytes, leaf_hash, need, node_hash, number, unhex


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
