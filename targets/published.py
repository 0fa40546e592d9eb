"""What is published of a run against a real server, small enough to be kept in the repository.

published.py write RESULTS.json OUT.json    the verdict of each case, and what decided those that did not pass
published.py check RESULTS.json OUT.json    status 1 when a verdict is another one than OUT.json has
published.py changes BEFORE.json AFTER.json a line for each case with another verdict: its id, before, after, and
                                            like-tls where the same case within TLS has that verdict too
published.py together FOLDER DOCUMENT.md    status 1 when what FOLDER has is not of one suite, or its matrix or the counts in
                                            the document are of other runs
"""
import base64
import glob
import json
import os
import sys

EXCERPT_EVENTS = 6
EXCERPT_OCTETS = 240


def all_results(run):
    for part in ("plain", "results", "checks", "extra"):
        yield from run[part]


def octets_text(event):
    """Printable, as in the terminal's report: CRLF at the end left out, other controls visible."""
    octets = event.get("octets", {})
    raw = base64.b64decode(octets["base64"]) if "base64" in octets else octets.get("text", "").encode()
    left = event["length"] - EXCERPT_OCTETS
    if left <= 0:
        raw = raw.removesuffix(b"\r\n")
    # bytes show themselves as b'...' or b"...".
    shown = repr(raw[:EXCERPT_OCTETS])[2:-1]
    return shown + (f" ... ({left} more octets)" if left > 0 else "")


def excerpt(result):
    """What decided and what stands before it; a check of the whole run names its first case instead."""
    if result["id"].startswith("check/"):
        return []
    events = [e for e in result["transcript"] if e["kind"] in ("client", "server", "close", "tls")]
    deciding = [i for i, e in enumerate(events) if e["deciding"]]
    last = min(deciding[-1] + 3, len(events)) if deciding else len(events)
    lines = []
    for event in events[max(0, last - EXCERPT_EVENTS):last]:
        if event["kind"] in ("client", "server"):
            lines.append(f"{event['kind'][0].upper()}: {octets_text(event)}")
        else:
            lines.append(f"-- {event['kind']}" + (f" ({event['text']})" if event["kind"] == "close" else ""))
    return lines


def detail(result):
    requirement = result["requirement"] or {}
    return {"id": result["id"], "verdict": result["verdict"], "level": requirement.get("level"),
            "requirement": requirement.get("id"), "section": requirement.get("source"), "reason": result["reason"],
            "excerpt": excerpt(result)}


def published(run):
    results = list(all_results(run))
    return {
        "format": "smtpspec-published",
        "version": 1,
        "server": run["target"]["name"],
        "suite": run["environment"]["version"],
        "run": run["environment"]["started"],
        "greeting": run["target"]["greeting"],
        "extensions": run["target"]["extensions"],
        "summary": run["summary"]["verdicts"],
        "verdicts": {r["id"]: r["verdict"] for r in results},
        "details": [detail(r) for r in results if r["verdict"] not in ("pass", "skip")],
    }


def lines_of(document):
    """JSON with one case a line, so that a change of one verdict is a change of one line."""
    parts = []
    for key, value in document.items():
        if key == "verdicts":
            rows = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            parts.append(f' "verdicts": {{\n{rows}\n }}')
        elif key == "details":
            parts.append(' "details": [\n' + ",\n".join("  " + json.dumps(v) for v in value) + "\n ]")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def check(run, known):
    """Cases that are new are not judged here: the baseline is, since it excuses none that it does not name."""
    now = {r["id"]: r for r in all_results(run)}
    wrong = 0
    for case, verdict in known["verdicts"].items():
        found = now.get(case)
        if found is None:
            print(f"{case}: published as {verdict}, not in this run")
        elif found["verdict"] != verdict:
            print(f"{case}: published as {verdict}, now {found['verdict']}: {found['reason']}")
        else:
            continue
        wrong += 1
    return wrong == 0


def changes(before, after):
    was = {r["id"]: r["verdict"] for r in all_results(before)}
    now = {r["id"]: r["verdict"] for r in all_results(after)}
    for case, verdict in now.items():
        if was.get(case) not in (None, verdict):
            twin = case.removesuffix("@plain") + "@tls" if case.endswith("@plain") else None
            print(case, was[case], verdict, *["like-tls"] * (now.get(twin) == verdict))


def counts_row(document):
    """The server's name without where it is from, and its counts, as a table row has them."""
    counts = document["summary"]
    shown = " | ".join(str(counts[v]) for v in ("pass", "warn", "fail", "skip", "blocked"))
    return f"| {document['server'].split(' (Debian')[0]} |", f" | {shown} |"


def together(folder, page):
    every = [load(path) for path in sorted(glob.glob(os.path.join(folder, "*.json")))]
    wrong = []
    cases = [{i for i in d["verdicts"] if not i.startswith(("check/", "target/"))} for d in every]
    for document, ids in zip(every, cases):
        if ids != cases[0]:
            wrong.append(f"{document['server']}: published with other scenarios than {every[0]['server']}")
        for name in ("matrix.md", "matrix.html"):
            if document["run"] not in read(os.path.join(folder, name)):
                wrong.append(f"{name}: not of the run of {document['server']} that is published ({document['run']})")
        begin, end = counts_row(document)
        if not any(line.startswith(begin) and line.endswith(end) for line in read(page).splitlines()):
            wrong.append(f"{page}: expected the row {begin} ...{end}")
    for line in wrong:
        print(line)
    return bool(every) and not wrong


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    verb, first, second = sys.argv[1:]
    if verb == "check":
        return 0 if check(load(first), load(second)) else 1
    if verb == "together":
        return 0 if together(first, second) else 1
    if verb == "changes":
        changes(load(first), load(second))
        return 0
    text = lines_of(published(load(first)))
    with open(second, "w", encoding="utf-8") as file:
        file.write(text)
    return 0


sys.exit(main())
