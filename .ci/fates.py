"""What became of each numbered text, told a second time: fates.py INSTANT < EXPORT (`devenir export --ndjson`).

Written from docs/design.md (Fates, Coverage, Duties) alone, and reads no word that a person wrote. Prints
`reference<TAB>fate`, and a third field where moderation's prefix stands before that fate.
"""
import json
import sys
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

VISIBILITY = {"hide": "hidden", "remove": "removed", "redact": "redacted", "restore": None,
              "overturned": None, "redacted": "redacted"}


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def judged(event):
    claimed = event["occurred"].get("at") if event["trust"] in ("observed", "reconstructed") else None
    return instant(claimed or event["recorded_at"])


def read(lines):
    """The consultations by stream and the texts by intent id, as their events leave them."""
    streams, texts, superseded = {}, {}, set()
    for event in map(json.loads, lines):
        kind, facts, refs, parts = event["type"], event["facts"], event["refs"], event.get("parts", {})
        at, name = judged(event), event["intent_id"]
        of = streams.setdefault(event["stream"], {"rules": None, "closings": {}, "known_until": None})
        text = texts.get(refs.get("subject", [None])[0], {})
        if kind == "consultation-registered":
            of.update(parts["registration"], native=facts["rules"] == "native")
        elif kind in ("rules-adopted", "rules-amended"):
            of["rules"] = parts["rules"]
        elif kind in ("phase-closed", "consultation-closed"):
            of["closings"][facts.get("phase", "whole")] = at
        elif kind == "import-sealed" and "responses" in facts["covers"]:
            seen = datetime.fromtimestamp(facts["observed_at"] / 1000, timezone.utc)
            of["known_until"] = max(of["known_until"] or seen, seen)
        elif kind in ("contribution-submitted", "reference-text-published", "amendment-submitted"):
            above = texts[refs["parent"][0]] if kind == "amendment-submitted" else None
            root = above["root"] if above else f"{of['slug']}-{facts['number']:04}"
            texts[name] = {"of": of, "root": root, "reference": f"{root}-a{facts['number']}" if above else root,
                           "answerable": kind == "contribution-submitted", "submitted": at, "reached": {}, "acts": []}
        elif kind in ("contribution-published", "contribution-withdrawn"):
            text[kind.removeprefix("contribution-")] = at
        elif kind == "threshold-reached":
            text["reached"].setdefault(facts["brings"], at)
        elif kind in ("moderation-decided", "appeal-decided"):
            did = facts.get("action") or facts["outcome"]
            text["inadmissible"] = did == "reject" or text.get("inadmissible") and did in ("keep", "upheld")
            text["hidden"] = VISIBILITY.get(did, text.get("hidden"))
        elif kind == "erased" and facts["scope"] != "author":
            texts.get(refs["target"][0], {})["hidden"] = "erased"
        elif kind in ("amendment-decided", "amendment-lapsed"):
            text["acts"].append((at, int(event["position"]), name, facts.get("fate", "lapsed")))
        elif kind in ("response-published", "response-superseded"):
            superseded.update(refs.get("act", []))
            for answered in refs["answers"]:
                texts[answered]["acts"].append((at, int(event["position"]), name, facts.get("outcome", "answered")))
    for text in texts.values():
        text["acts"] = [act[3] for act in sorted(text["acts"]) if act[2] not in superseded]
    return texts.values()


def closing(of, activity):
    """When the last phase that admits an activity closed; none while one is open or to come."""
    phases = [index for index, phase in enumerate(of["rules"]["phases"]) if activity in phase["admits"]]
    if phases and all(index in of["closings"] for index in phases):
        return max(of["closings"][index] for index in phases)
    return of["closings"].get("whole")


def owed(text, now):
    """Whether an answer is awaited or overdue: only contributions are answered, and only known rules oblige."""
    rules = text["of"]["rules"]
    if not text["answerable"] or not rules:
        return None
    rule = rules.get("answer_within")
    if not rule:
        return "awaited" if "response" in text["reached"] else None
    start = {"publication": lambda: entry(text) != "pending_moderation" and text.get("published", text["submitted"]),
             "threshold": lambda: text["reached"].get("response"),
             "closing": lambda: closing(text["of"], "submissions")}[rule["from"]]()
    if not start or start > now:
        return None
    zone = ZoneInfo(text["of"]["timezone"])
    too_late = datetime.combine(start.astimezone(zone).date() + timedelta(rule["days"] + 1), time(), zone)
    return "overdue" if rule["must"] and now >= too_late else "awaited"


def nobody_owes(text):
    """Whether the rules are known and ask nobody to answer it, now or later."""
    rules = text["of"]["rules"]
    if not text["answerable"] or not rules or text.get("hidden"):
        return False
    rule = rules.get("answer_within")
    if rule and rule["from"] != "threshold":
        return False
    if not rule and all(threshold["brings"] != "response" for threshold in rules.get("thresholds", [])):
        return True
    return "response" not in text["reached"] and closing(text["of"], "votes") is not None


def entry(text):
    if "published" in text or not text["answerable"]:
        return "published"
    return "pending_moderation" if (text["of"]["rules"] or {}).get("moderated_before") else "received"


def ranked(text, now):
    """The first rank that applies; none where nothing but its entry is known."""
    of, acts = text["of"], text["acts"]
    known = of["native"] or of["known_until"] and now < of["known_until"]
    decided = [act for act in acts if act not in ("under_review", "withdrawn", "inadmissible")]
    debt = owed(text, now) if known else None
    return next((fate for fate, applies in [
        ("inadmissible", text.get("inadmissible") or acts[-1:] == ["inadmissible"]),
        (decided[-1] if decided else None, decided),
        ("withdrawn", "withdrawn" in text or acts[-1:] == ["withdrawn"]),
        ("no_response_overdue", debt == "overdue"),
        ("under_review", acts[-1:] == ["under_review"]),
        ("no_response_yet", debt),
        ("threshold_met", text["reached"].keys() & {"response", "debate", "ballot"}),
        (None, entry(text) == "pending_moderation"),
        ("unknown_in_source", not known),
        ("no_duty", nobody_owes(text))] if applies), None)


for told in read(sys.stdin):
    fate, prefix = ranked(told, instant(sys.argv[1])), told.get("hidden")
    print("\t".join([told["reference"], fate or prefix or entry(told)] + [prefix] * bool(fate and prefix)))
