// Every vector of fixtures/vectors that Go's checksum database has a word for, judged by golang.org/x/mod/sumdb:
// note opens our notes, tlog checks our proofs, reads our tiles and hashes our leaves. Nothing here shares code with
// Devenir. Where the library is known to be more lenient than docs/format.md, the case is named below with the reason.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
)

// A refusal is what the library said against an input.
type refusal struct{ why string }

func (r refusal) Error() string { return r.why }

func refuse(format string, args ...interface{}) error { return refusal{fmt.Sprintf(format, args...)} }

// A judge gives what the library makes of a vector; ok is false where it has no word for it.
type judge func(raw []byte) (found interface{}, ok bool, err error)

var judges = map[string]judge{
	"inclusion":   inclusion,
	"consistency": consistency,
	"key":         key,
	"note":        noteVector,
	"checkpoint":  checkpoint,
	"policy":      policy,
	"promise":     promise,
	"proof-file":  proofFile,
	"tile":        tile,
}

// What the library accepts and docs/format.md refuses, or the reverse.
var lenient = map[string]string{
	"key/of-small-order.json":                 "the library admits any 32 bytes as a key",
	"key/id-in-upper-case.json":               "the library reads upper-case digits",
	"key/white-space-after.json":              "the library's base64 skips line ends",
	"checkpoint/root-with-stray-bits.json":    "the library's base64 ignores stray bits",
	"checkpoint/extension-line.json":          "the library accepts lines below the root",
	"checkpoint/empty-extension-line.json":    "the library accepts lines below the root",
	"tile/path-of-level-8.json":               "the library knows levels up to 63",
	"checkpoint/empty-with-another-root.json": "the library does not know the root of an empty tree",
	"proof-file/extra-not-base64.json":        "extra data are not the library's",
}

func main() {
	judged, silent, known, wrong := 0, 0, 0, []string{}
	for _, folder := range sorted(judges) {
		files, err := filepath.Glob(filepath.Join(os.Args[1], folder, "*.json"))
		if err != nil || len(files) == 0 {
			wrong = append(wrong, folder+": no vectors")
		}
		for _, file := range files {
			name := folder + "/" + filepath.Base(file)
			raw, err := os.ReadFile(file)
			if err != nil {
				wrong = append(wrong, err.Error())
				continue
			}
			var want struct{ Want interface{} }
			if err := json.Unmarshal(raw, &want); err != nil {
				wrong = append(wrong, name+": "+err.Error())
				continue
			}
			found, ok, err := judges[folder](raw)
			if err != nil {
				found = "refuse: " + err.Error()
			}
			switch {
			case !ok && err == nil:
				silent++
			case agrees(found, want.Want):
				judged++
				if lenient[name] != "" {
					wrong = append(wrong, name+": agrees after all; take it off the list of exceptions")
				}
			case lenient[name] != "":
				known++
			default:
				wrong = append(wrong, fmt.Sprintf("%s: wants %v, found %v", name, want.Want, found))
			}
		}
	}
	for _, line := range wrong {
		fmt.Println(line)
	}
	fmt.Printf("%d vectors agree, %d where the library is known to be more lenient, %d that it has no word for\n", judged, known, silent)
	if len(wrong) > 0 || judged == 0 {
		os.Exit(1)
	}
}

func refused(said interface{}) bool {
	text, ok := said.(string)
	return ok && strings.HasPrefix(text, "refuse")
}

// That a case is refused binds; the word for why does not. Of a told outcome, what the library knows must be the same.
func agrees(found, want interface{}) bool {
	if refused(found) || refused(want) {
		return refused(found) && refused(want)
	}
	told, ok := found.(map[string]interface{})
	wanted, both := want.(map[string]interface{})
	if !ok || !both {
		return reflect.DeepEqual(found, want)
	}
	for field, value := range told {
		if !reflect.DeepEqual(value, wanted[field]) {
			return false
		}
	}
	return true
}

func sorted(judges map[string]judge) []string {
	names := []string{}
	for name := range judges {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
