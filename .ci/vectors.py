"""Every vector of fixtures/vectors, judged by a reader written from docs/format.md alone, with the standard library.

The reader (`reader/`) shares nothing with our code: where the two disagree, one of them or the page is wrong. That a case
is refused binds; the word for why does not, so only `refuse` is compared, and of a bundle all but `reason`.
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True

from reader import acts, bundle, envelope, ledger, notes, promises, tiles, trees  # noqa: E402
from reader.forms import Refused, unhex  # noqa: E402

JUDGED = {
    "act": acts.document,
    "breach": promises.breach,
    "bundle": bundle.verify,
    "chain": trees.chain,
    "checkpoint": notes.checkpoint,
    "commitment": envelope.commitment,
    "consistency": trees.consistency,
    "envelope": lambda case: envelope.read_envelope(unhex(case["envelope"])),
    "facts": envelope.facts,
    "fork": notes.fork,
    "heads": trees.heads,
    "identity": lambda case: envelope.IDENTITIES[case["of"]](case).hex(),
    "inclusion": trees.inclusion,
    "key": notes.key,
    "ledger": ledger.judge,
    "note": notes.note,
    "policy": notes.policy,
    "promise": promises.promise,
    "proof-file": promises.proof_file,
    "receipt": promises.receipt,
    "tile": tiles.tile,
}


def outcome(judge, case):
    try:
        found = judge(case)
        return "accept" if found is None else found
    except Refused as why:
        return f"refuse: {why}"


def agrees(found, want):
    if isinstance(want, dict) and isinstance(found, dict):
        return {**found, "reason": None} == {**want, "reason": None}
    refusals = [isinstance(said, str) and said.startswith("refuse") for said in (found, want)]
    return all(refusals) or (not any(refusals) and found == want)


def main():
    vectors = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "vectors"
    judged, wrong = 0, []
    for folder in sorted(path for path in vectors.iterdir() if path.is_dir()):
        if folder.name not in JUDGED:
            wrong.append(f"{folder.name}: no judge reads this folder")
            continue
        for file in sorted(folder.glob("*.json")):
            case = json.loads(file.read_text())
            found = outcome(JUDGED[folder.name], case)
            judged += 1
            if not agrees(found, case["want"]):
                wrong.append(f"{folder.name}/{file.name}: wants {case['want']}, found {found}")
    print("\n".join(wrong) or f"{judged} vectors, all as they want to be")
    sys.exit(1 if wrong or not judged else 0)


main()
