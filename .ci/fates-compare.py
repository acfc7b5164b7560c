"""Holds what .ci/fates.py computes from an export against what a running server says, for every numbered text.

fates-compare.py DEVENIR STORE [INSTANT ...] SERVER: exports STORE beside its server, asks both sides about today, later
days and the given instants, and prints each difference; exits 1 where there is one.
"""
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.request import Request, urlopen

BATCH = 40  # aliased questions in one document: well under the server's limits
LATER = (0, 10, 100, 1000)  # days: what is due becomes overdue, and closed stays closed


def ask(server, document):
    body = json.dumps({"query": document}).encode()
    headers = {"content-type": "application/json", "accept": "application/graphql-response+json"}
    with urlopen(Request(server.rstrip("/") + "/graphql", body, headers)) as answer:
        answer = json.load(answer)
    if "errors" in answer:
        sys.exit(f"the server refused the question: {answer['errors'][0]['message']}")
    return answer["data"]


def computed(export, instant):
    told = subprocess.run([sys.executable, Path(__file__).with_name("fates.py"), instant], input=export,
                          stdout=subprocess.PIPE, check=True).stdout.decode()
    return {reference: tuple(fate) for reference, *fate in (line.split("\t") for line in told.splitlines())}


def served(server, references, instant):
    fates = {}
    for start in range(0, len(references), BATCH):
        batch = references[start:start + BATCH]
        answer = ask(server, "{%s}" % " ".join(
            f'r{i}: contribution(reference: "{reference}") {{ reference fate(at: "{instant}") {{ headline prefix }} }}'
            for i, reference in enumerate(batch)))
        for found in filter(None, answer.values()):
            fate = found["fate"]
            fates[found["reference"]] = tuple(code.lower() for code in (fate["headline"], fate["prefix"]) if code)
    return fates


def numbered(server):
    """How many numbered texts the server knows of, by its own figures."""
    things = ("contribution", "reference", "amendment")
    nodes = ask(server, "{ consultations(first: 100) { nodes { figures { thing count } } } }")["consultations"]["nodes"]
    return sum(figure["count"] for node in nodes for figure in node["figures"] if figure["thing"] in things)


def main(devenir, store, *instants_and_server):
    *instants, server = instants_and_server
    later = (datetime.now(timezone.utc) + timedelta(days) for days in LATER)
    instants += [moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in later]
    export = subprocess.run([devenir, "export", "--ndjson", "--store", store], stdout=subprocess.PIPE, check=True).stdout
    wrong = 0
    for instant in instants:
        ours = computed(export, instant)
        theirs = served(server, list(ours), instant)
        differences = [reference for reference in ours if ours[reference] != theirs.get(reference)]
        for reference in differences[:20]:
            print(f"{reference} at {instant}: fates.py says {ours[reference]}, the product {theirs.get(reference)}")
        print(f"{instant}: {len(ours) - len(differences)} of {len(ours)} fates agree")
        wrong += len(differences)
    if len(ours) != numbered(server):
        print(f"the export has {len(ours)} numbered texts, the product counts {numbered(server)}")
        wrong += 1
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
