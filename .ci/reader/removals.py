"""docs/format.md: Erasure, Losses."""

from .acts import ACT, COUNTERSIGNED, ERASURE_DECIDED, TAKEN_DOWN, named
from .forms import need

LOST, ERASED, COMPLETED = 0x0007, 0x0E09, 0x0E0A
TARGET = 9
HOUR = 3_600_000


class Removals:
    def __init__(self):
        self.granted, self.unasked, self.acts = set(), set(), {}
        self.erased, self.lost = set(), set()
        # The parts that are not here: whether whoever made the copy says that they have them.
        self.lacking = {}

    def follow(self, event, kinds):
        """Takes an event in; `kinds` gives position and kinds of parts of an earlier one."""
        facts, kind = event["json"], event["event_type"]
        acts = named(event, ACT)
        parts = [kinds[id] for id in named(event, TARGET) if id in kinds]
        if kind == ERASURE_DECIDED and facts["outcome"] != "refused":
            (self.granted if acts else self.unasked).add(event["intent_id"])
        if kind == ERASED:
            need(set(acts) & self.granted, "no decision grants this erasure")
            self.remove(event, parts, range(1, 128), 72 * HOUR, event["recorded_at_ms"])
        if kind == TAKEN_DOWN:
            self.remove(event, parts, range(128, 192), HOUR, None)
        if kind == LOST:
            self.lost |= {place for place, _ in masked(parts, facts["mask"])}
        if kind == COUNTERSIGNED:
            self.granted |= set(acts) & self.unasked
        for act in (self.acts[id] for id in acts if id in self.acts):
            if kind == COUNTERSIGNED and act["since"] is None:
                act["since"] = event["recorded_at_ms"]
            act["completed"] |= kind == COMPLETED

    def remove(self, event, parts, may, patience, since):
        places = masked(parts, event["json"]["mask"])
        need(all(kind in may for _, kind in places), "it names parts that it may not")
        places = {place for place, _ in places}
        if since is not None:
            need(not places & self.erased, "a part is erased twice")
            self.erased |= places
        self.acts[event["intent_id"]] = {
            "places": places, "personal": since is not None, "since": since, "patience": patience, "completed": False,
        }  # fmt: skip

    def sort(self, now, last):
        """What became of the parts that are not here; refuses what is held too late."""
        counts = dict.fromkeys(("erased", "taken_down", "pending", "withheld", "lost", "missing"), 0)
        for act in self.acts.values():
            for place in act["places"] if act["since"] is not None else ():
                withheld = self.lacking.pop(place, None)
                if withheld is False:
                    counts["erased" if act["personal"] else "taken_down"] += 1
                    continue
                # What is withheld was held when the copy was made.
                late = (last if withheld else now) - act["since"] > act["patience"]
                need(not (act["completed"] or late), f"{place} is still held")
                counts["pending"] += 1
        for place, withheld in self.lacking.items():
            counts["withheld" if withheld else "lost" if place in self.lost else "missing"] += 1
        return counts


def masked(parts, mask):
    """The places and kinds that a mask names of each of these events."""
    need(all(mask >> len(kinds) == 0 for _, kinds in parts), "a mask beyond the parts of its event")
    return [((at, index), kind) for at, kinds in parts for index, kind in enumerate(kinds) if mask >> index & 1]
