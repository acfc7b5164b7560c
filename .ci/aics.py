"""Our log and our witness, judged by aics-tlog and aics-witness: software of other people, in another language.

A town feeds two guarantors, our witness and theirs, through the real commands. Their library verifies the checkpoint with
both cosignatures, audits every tile and bundle that we serve, and submits to our witness with its own client.
"""
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from aics_tlog import audit_tiles, consistency_proof_from_tiles, parse_checkpoint, parse_note, parse_vkey, verify_checkpoint
from aics_tlog.remote import HttpTileReader
from aics_witness.feeder import WitnessClient

DEVENIR = os.environ["DEVENIR"]
ORIGIN = "consultations.example.fr/registre"
running = []


def devenir(*args, ok=True):
    ended = subprocess.run([DEVENIR, *map(str, args)], capture_output=True, text=True)
    if ok and ended.returncode:
        sys.exit(f"devenir {args}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def serve(*args, until):
    """Starts a command; gives its lines up to the first that begins so."""
    process = subprocess.Popen(list(map(str, args)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    running.append(process)
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if until in line:
            return lines
    sys.exit(f"{args} ended: {lines}")


def wait_for(url):
    for _ in range(100):
        try:
            return urllib.request.urlopen(url, timeout=5).read()
        except OSError:
            time.sleep(0.1)
    sys.exit(f"nothing at {url}")


def judge(town):
    created = devenir("create", "--store", town / "store", "--origin", ORIGIN)
    log = next(line.split("verifiers: ")[1] for line in created.splitlines() if "verifiers: " in line)

    # Theirs.
    aics = [sys.executable, "-m", "aics_witness"]
    config = ["--config", str(town / "theirs.json")]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = subprocess.run([*aics, "init", *config, "--name", "witness.example/theirs", "--listen", f"127.0.0.1:{port}"],
                          capture_output=True, text=True, check=True)
    theirs = made.stdout.strip().splitlines()[-1]
    subprocess.run([*aics, "add-log", *config, "--origin", ORIGIN, "--vkey", log], check=True, capture_output=True)
    running.append(subprocess.Popen([*aics, "serve", *config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    # Ours, once in the policy, and once for their client.
    ours = []
    for name in ["ours", "asked-by-theirs"]:
        lines = serve(DEVENIR, "witness", "--store", town / name, "--name", f"witness.example/{name}",
                      "--listen", "127.0.0.1:0", "--log", log, until="listening on ")
        words = next(line for line in lines if line.startswith("for a policy: ")).split()
        ours.append((words[-2], words[-1]))

    policy = town / "policy"
    policy.write_text(f"witness ours {ours[0][0]} {ours[0][1]}\nwitness theirs {theirs} http://127.0.0.1:{port}\n"
                      "group both all ours theirs\nquorum both\n")
    for _ in range(50):
        said = devenir("feed", "--store", town / "store", "--policy", policy, ok=False)
        if "theirs: cosigned" in said:
            break
        time.sleep(0.2)
    assert "ours: cosigned" in said and "the quorum is there" in said, said

    notes = []
    for name in [None, "Anne Le Goff", "Yannick Riou", "Awa Diop"]:
        if name:
            devenir("key", "grant", "--role", "guarantor", "--name", name, "--store", town / "store")
        said = devenir("feed", "--store", town / "store", "--policy", policy, ok=False)
        assert "the quorum is there" in said, said
        note = parse_note((town / "store/tiles/checkpoint").read_bytes())
        keys = [parse_vkey(ours[0][0]), parse_vkey(theirs)]
        verified = verify_checkpoint(note, parse_vkey(log), keys, quorum=2, expected_origin=ORIGIN)
        assert verified.ok, verified
        notes.append((town / "store/tiles/checkpoint").read_text())

    # Every tile and bundle that we serve, under the root that both have cosigned.
    served = serve(DEVENIR, "serve", "--store", town / "store", "--policy", policy, "--port", "0", until="serving ")
    url = served[-1].split(" on ")[1] + "/log"
    wait_for(f"{url}/checkpoint")
    head = parse_checkpoint(parse_note(notes[-1].encode()).text)
    report = audit_tiles(HttpTileReader(url), head.size, head.root)

    # Their client asks our witness, with proofs that it makes of our tiles.
    with WitnessClient(ours[1][1], ours[1][0]) as client:
        for text in notes:
            checkpoint = parse_checkpoint(parse_note(text.encode()).text)
            reader = HttpTileReader(url)
            client.submit(text.encode(), lambda old, new, reader=reader: consistency_proof_from_tiles(reader, old, new))
            size = checkpoint.size
    print(f"their client: {len(notes)} checkpoints cosigned by our witness, up to {size} events")
    print(f"their library: {len(notes)} checkpoints with both cosignatures; {report}")


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory() as town:
            judge(pathlib.Path(town))
    finally:
        for process in running:
            process.kill()
