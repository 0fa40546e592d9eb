#!/usr/bin/env python3
"""forge.py IN OUT: results in which every text that anybody may have written is hostile, and which are still valid."""
import json
import sys

EVIL = "\"'><script>window.owned=1</script><img src=x onerror=window.owned=1> {{script:report.js}} \u202e\u0007\u001b[31m"


def forge(results):
    target = results["target"]
    for key in ("name", "endpoint", "greeting", "tls"):
        target[key] = EVIL
    target["extensions"] = [EVIL]
    results["environment"]["version"] = EVIL
    results["summary"]["why"] = EVIL
    for number, result in enumerate(results["results"][:60]):
        for key in ("reason", "expected", "found", "suite", "title", "reference", "cve", "note"):
            result[key] = EVIL
        result["id"] = "%d/%s" % (number, EVIL)
        result["tags"] = [EVIL]
        result["place"] = result["step"] = {"file": "/etc/passwd", "line": 1, "column": 0}
        if result["requirement"]:
            result["requirement"] = dict(result["requirement"], id=EVIL + str(number), rfc=EVIL, section=EVIL, text=EVIL)
        for event in result["transcript"]:
            event["connection"] = EVIL
            if "text" in event:
                event["text"] = EVIL
    results["results"] = results["results"][:60]
    return results


def count_again(results):
    """The reader refuses counts that do not add up."""
    summary = results["summary"]
    everything = [r for key in ("plain", "results", "checks", "extra") for r in results[key]]
    summary["total"] = len(everything)
    for verdict in summary["verdicts"]:
        summary["verdicts"][verdict] = sum(r["verdict"] == verdict for r in everything)
    failed = [(r["requirement"] or {"level": "MUST"})["level"] for r in everything if r["verdict"] == "fail"]
    warned = [(r["requirement"] or {"level": "MUST"})["level"] for r in everything if r["verdict"] == "warn"]
    summary["not_excused"] = {"security": failed.count("security"), "must": len(failed) - failed.count("security"),
                              "should": warned.count("SHOULD"), "warn": len(warned)}


forged = forge(json.load(open(sys.argv[1])))
count_again(forged)
json.dump(forged, open(sys.argv[2], "w"))
