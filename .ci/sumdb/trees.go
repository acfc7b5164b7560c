package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

func hash(text string) (tlog.Hash, error) {
	data, err := hex.DecodeString(text)
	if err != nil || len(data) != tlog.HashSize || text != strings.ToLower(text) {
		return tlog.Hash{}, refuse("not a hash")
	}
	var h tlog.Hash
	copy(h[:], data)
	return h, nil
}

func hashes(texts []string) ([]tlog.Hash, error) {
	found := []tlog.Hash{}
	for _, text := range texts {
		h, err := hash(text)
		if err != nil {
			return nil, err
		}
		found = append(found, h)
	}
	return found, nil
}

// The library counts in 63 bits.
func count(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != text || n < 0 {
		return 0, refuse("not a number of 63 bits")
	}
	return n, nil
}

func checkInclusion(leaf, position, size, root string, path []string) error {
	data, err := hex.DecodeString(leaf)
	if err != nil {
		return refuse("%v", err)
	}
	n, err := count(position)
	if err != nil {
		return err
	}
	t, err := count(size)
	if err != nil {
		return err
	}
	top, err := hash(root)
	if err != nil {
		return err
	}
	proof, err := hashes(path)
	if err != nil {
		return err
	}
	if n >= t {
		return refuse("beyond the tree")
	}
	if err := tlog.CheckRecord(proof, t, top, n, tlog.RecordHash(data)); err != nil {
		return refuse("%v", err)
	}
	return nil
}

func inclusion(raw []byte) (interface{}, bool, error) {
	var vector struct {
		Leaf, Position, Size, Root string
		Path                       []string
	}
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, true, err
	}
	return "accept", true, checkInclusion(vector.Leaf, vector.Position, vector.Size, vector.Root, vector.Path)
}

func consistency(raw []byte) (interface{}, bool, error) {
	var vector struct {
		OldSize string `json:"old_size"`
		OldRoot string `json:"old_root"`
		NewSize string `json:"new_size"`
		NewRoot string `json:"new_root"`
		Path    []string
	}
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, true, err
	}
	proof, err := hashes(vector.Path)
	if err != nil {
		return nil, true, err
	}
	old, err := hash(vector.OldRoot)
	if err != nil {
		return nil, true, err
	}
	top, err := hash(vector.NewRoot)
	if err != nil {
		return nil, true, err
	}
	n, err := count(vector.OldSize)
	if err != nil {
		return nil, true, err
	}
	t, err := count(vector.NewSize)
	if err != nil {
		return nil, true, err
	}
	if n < 1 || n > t {
		return nil, true, refuse("nothing to prove")
	}
	if err := tlog.CheckTree(proof, t, top, n, old); err != nil {
		return nil, true, refuse("%v", err)
	}
	return "accept", true, nil
}

// The checkpoint of a proof file, opened by the library, and its path, checked by the library.
func proofFile(raw []byte) (interface{}, bool, error) {
	var vector struct {
		File, Leaf, Policy string
		Want               interface{}
	}
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, true, err
	}
	if want, _ := vector.Want.(string); want == "refuse: quorum" {
		return nil, false, nil
	}
	parts := strings.SplitN(vector.File, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return nil, true, refuse("not a proof file")
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") && lines[0] != "extra " {
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return nil, true, refuse("no index")
	}
	path := []string{}
	for _, line := range lines[1:] {
		data, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			return nil, true, refuse("%v", err)
		}
		path = append(path, hex.EncodeToString(data))
	}
	_, tree, err := believed(vector.Policy, parts[1])
	if err != nil {
		return nil, true, err
	}
	index, size := strings.TrimPrefix(lines[0], "index "), fmt.Sprint(tree.N)
	if err := checkInclusion(vector.Leaf, index, size, hex.EncodeToString(tree.Hash[:]), path); err != nil {
		return nil, true, err
	}
	return map[string]interface{}{"position": index, "size": size}, true, nil
}

// The library's paths have the height of a tile in them and call entries data: tile/8/0/000, tile/8/data/000.
func theirs(path string) string {
	path = strings.Replace(path, "tile/entries/", "tile/data/", 1)
	return strings.Replace(path, "tile/", "tile/8/", 1)
}

func ours(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

// The tree of the vectors: leaf i is the 8 bytes of i. It also stands in for what the library wants to read hashes from.
func storage(size int64) (tlog.HashReaderFunc, error) {
	stored := []tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			if index >= int64(len(stored)) {
				return nil, refuse("beyond the tree")
			}
			found[i] = stored[index]
		}
		return found, nil
	})
	for n := int64(0); n < size; n++ {
		leaf := make([]byte, 8)
		binary.BigEndian.PutUint64(leaf, uint64(n))
		more, err := tlog.StoredHashes(n, leaf, reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, more...)
	}
	return reader, nil
}

// Tiles of a vector as the library reads them.
type given map[string]string

func (given) Height() int                             { return 8 }
func (given) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}
func (g given) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := [][]byte{}
	for _, tile := range tiles {
		text, ok := g[ours(tile)]
		if !ok {
			return nil, refuse("%s is missing", ours(tile))
		}
		data, err := hex.DecodeString(text)
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func tile(raw []byte) (interface{}, bool, error) {
	var vector struct {
		Of, Size, Path, Position string
		Tiles                    map[string]string
		Want                     interface{}
	}
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, true, err
	}
	switch vector.Of {
	case "path":
		if !strings.HasPrefix(vector.Path, "tile/") {
			return nil, true, refuse("not a tile")
		}
		parsed, err := tlog.ParseTilePath(theirs(vector.Path))
		if err != nil {
			return nil, true, refuse("%v", err)
		}
		told := map[string]interface{}{"index": fmt.Sprint(parsed.N), "width": float64(parsed.W), "level": float64(parsed.L)}
		if parsed.L == -1 {
			told["level"] = "entries"
		}
		return told, true, nil
	case "all":
		size, err := count(vector.Size)
		if err != nil {
			return nil, true, err
		}
		// The library lists a partial tile at every width that it ever had: the widest is the one of this size.
		widest := map[[2]int64]tlog.Tile{}
		for _, tile := range tlog.NewTiles(8, 0, size) {
			if place := [2]int64{int64(tile.L), tile.N}; tile.W > widest[place].W {
				widest[place] = tile
			}
		}
		paths := map[string]bool{}
		for _, tile := range widest {
			paths[ours(tile)] = true
		}
		wanted, _ := vector.Want.([]interface{})
		hashes := 0
		for _, path := range wanted {
			if text := path.(string); !strings.HasPrefix(text, "tile/entries/") {
				hashes++
				if !paths[text] {
					return nil, true, refuse("%s is no tile", text)
				}
			}
		}
		if hashes != len(paths) {
			return nil, true, refuse("%d tiles of hashes, found %d", len(paths), hashes)
		}
		return vector.Want, true, nil
	case "hashes":
		parsed, err := tlog.ParseTilePath(theirs(vector.Path))
		if err != nil {
			return nil, true, refuse("%v", err)
		}
		reader, err := storage(600)
		if err != nil {
			return nil, true, err
		}
		data, err := tlog.ReadTileData(parsed, reader)
		if err != nil {
			return nil, true, refuse("%v", err)
		}
		return hex.EncodeToString(data), true, nil
	case "read":
		return readTiles(vector.Size, vector.Position, vector.Tiles)
	}
	return nil, false, nil
}

// Root and path from the tiles alone; the library checks each tile against the root of the tree that it built itself.
func readTiles(size, position string, tiles map[string]string) (interface{}, bool, error) {
	t, err := count(size)
	if err != nil {
		return nil, true, err
	}
	n, err := count(position)
	if err != nil {
		return nil, true, err
	}
	reader, err := storage(t)
	if err != nil {
		return nil, true, err
	}
	root, err := tlog.TreeHash(t, reader)
	if err != nil {
		return nil, true, err
	}
	proof, err := tlog.ProveRecord(t, n, tlog.TileHashReader(tlog.Tree{N: t, Hash: root}, given(tiles)))
	if err != nil {
		return nil, true, refuse("%v", err)
	}
	path := []interface{}{}
	for _, h := range proof {
		path = append(path, hex.EncodeToString(h[:]))
	}
	return map[string]interface{}{"root": hex.EncodeToString(root[:]), "path": path}, true, nil
}
