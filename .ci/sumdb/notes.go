package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A cosigner verifies signatures of type 4, of which the library of Debian's Go knows nothing: C2SP tlog-cosignature.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize || sig[0] >= 0x80 {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

// The verifier of a key's text: the library's own for type 1, ours for type 4.
func verifier(text string) (note.Verifier, byte, error) {
	fields := strings.SplitN(text, "+", 3)
	if len(fields) == 3 {
		if data, err := base64.StdEncoding.DecodeString(fields[2]); err == nil && len(data) == 33 && data[0] == 4 {
			sum := sha256.Sum256(append([]byte(fields[0]+"\n"), data...))
			c := cosigner{fields[0], binary.BigEndian.Uint32(sum[:4]), data[1:]}
			if fmt.Sprintf("%08x", c.hash) != fields[1] {
				return nil, 0, refuse("another id")
			}
			return c, 4, nil
		}
	}
	v, err := note.NewVerifier(text)
	if err != nil {
		return nil, 0, refuse("%v", err)
	}
	return v, 1, nil
}

func key(raw []byte) (interface{}, bool, error) {
	var vector struct{ Key string }
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, true, err
	}
	v, kind, err := verifier(vector.Key)
	if err != nil {
		return nil, true, err
	}
	return map[string]interface{}{"name": v.Name(), "id": fmt.Sprintf("%08x", v.KeyHash()), "type": float64(kind)}, true, nil
}

// Opens a note with these keys; gives its text and the names of those that signed, each key once.
func open(text string, keys ...string) (string, map[string]bool, error) {
	verifiers := []note.Verifier{}
	for _, key := range keys {
		v, _, err := verifier(key)
		if err != nil {
			return "", nil, err
		}
		verifiers = append(verifiers, v)
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifiers...))
	if err != nil {
		return "", nil, refuse("%v", err)
	}
	names := map[string]bool{}
	for _, sig := range opened.Sigs {
		names[sig.Name] = true
	}
	return opened.Text, names, nil
}

func noteVector(raw []byte) (interface{}, bool, error) {
	var vector struct {
		Note string
		Keys []string
		Want interface{}
	}
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, true, err
	}
	text, names, err := open(vector.Note, vector.Keys...)
	if err != nil {
		return nil, true, err
	}
	if want, ok := vector.Want.(map[string]interface{}); ok {
		signed, _ := want["signed"].([]interface{})
		for _, by := range signed {
			name, _ := by.(map[string]interface{})["name"].(string)
			if !names[name] {
				return nil, true, refuse("%s did not sign", name)
			}
		}
		if len(signed) != len(names) {
			return nil, true, refuse("%d signed", len(names))
		}
	}
	return map[string]interface{}{"text": text}, true, nil
}

// The tree that a checkpoint states. The library's own reader wants the first line of Go's database; its number and
// hash are read by the library behind that line.
func head(text string) (string, tlog.Tree, error) {
	lines := strings.SplitN(text, "\n", 2)
	if len(lines) != 2 || lines[0] == "" || strings.ContainsAny(lines[0], " +\t") {
		return "", tlog.Tree{}, refuse("no origin")
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + lines[1]))
	if err != nil {
		return "", tlog.Tree{}, refuse("%v", err)
	}
	return lines[0], tree, nil
}

func checkpoint(raw []byte) (interface{}, bool, error) {
	var vector struct{ Text string }
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, true, err
	}
	origin, tree, err := head(vector.Text)
	if err != nil {
		return nil, true, err
	}
	root := fmt.Sprintf("%x", tree.Hash[:])
	return map[string]interface{}{"origin": origin, "size": fmt.Sprint(tree.N), "root": root}, true, nil
}

// The library knows no policies: it opens the note with the policy's keys, where the policy can be read at all.
func policy(raw []byte) (interface{}, bool, error) {
	var vector struct {
		Policy, Note string
		Want         interface{}
	}
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, true, err
	}
	want, _ := vector.Want.(string)
	if strings.HasPrefix(want, "refuse") && want != "refuse: signature" && want != "refuse: unknown" {
		return nil, false, nil
	}
	_, tree, err := believed(vector.Policy, vector.Note)
	if err != nil {
		return nil, true, err
	}
	return map[string]interface{}{"size": fmt.Sprint(tree.N)}, true, nil
}

// Opens a checkpoint with the keys of a policy.
func believed(policy, note string) (string, tlog.Tree, error) {
	keys := []string{}
	for _, line := range strings.Split(policy, "\n") {
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == "log" {
			keys = append(keys, words[1])
		} else if len(words) > 2 && words[0] == "witness" {
			keys = append(keys, words[2])
		}
	}
	text, _, err := open(note, keys...)
	if err != nil {
		return "", tlog.Tree{}, err
	}
	return head(text)
}

// The library opens the note of a promise and checks the path in its group; the words of a promise are ours.
func promise(raw []byte) (interface{}, bool, error) {
	var vector struct {
		Note, Key string
		Of        struct {
			Leaf, Index string
			Path        []string
		}
		Want interface{}
	}
	if err := json.Unmarshal(raw, &vector); err != nil {
		return nil, true, err
	}
	if want, _ := vector.Want.(string); want == "refuse: malformed" || want == "refuse: key" {
		return nil, false, nil
	}
	text, _, err := open(vector.Note, vector.Key)
	if err != nil {
		return nil, true, err
	}
	told := map[string]string{}
	for _, line := range strings.Split(text, "\n") {
		if words := strings.Fields(line); len(words) == 2 {
			told[words[0]] = words[1]
		}
	}
	leaf := vector.Of
	if err := checkInclusion(leaf.Leaf, leaf.Index, told["count"], told["root"], leaf.Path); err != nil {
		return nil, true, err
	}
	return map[string]interface{}{"first": told["first"], "count": told["count"], "log_id": told["log"]}, true, nil
}
