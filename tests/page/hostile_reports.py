#!/usr/bin/env python3
"""hostile_reports.py FILE...: reports of a hostile server, by parsers that are not ours: nothing of what the server sent
leaves its place. The name's ending says the format."""
import csv
import json
import re
import sys
import xml.etree.ElementTree

import yaml

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]")


def messages(value):
    """The text of every message in SARIF."""
    if isinstance(value, list):
        for item in value:
            yield from messages(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "message":
                yield item["text"]
            yield from messages(item)


def check_json(text):
    assert len(json.loads(text)) > 3


def check_sarif(text):
    found = list(messages(json.loads(text)))
    assert found
    for message in found:
        # A viewer takes it for a link: section 3.11.6.
        assert not re.search(r"(?<!\\)\]\(", message), message[:200]


def check_xml(text):
    root = xml.etree.ElementTree.fromstring(text)
    known = {"testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped", "system-out",
             "system-err"}
    assert {element.tag for element in root.iter()} <= known


def check_tap(text):
    lines = text.split("\n")
    assert lines[0] == "TAP version 14"
    points = [line for line in lines if re.match(r"(not )?ok ", line)]
    plan = [int(line[3:]) for line in lines if re.match(r"1\.\.\d+$", line)]
    assert plan == [len(points)] and not any(line.startswith("Bail out") for line in lines)
    for block in re.findall(r"^  ---\n(.*?)^  \.\.\.$", text, re.S | re.M):
        yaml.safe_load(block)


def check_csv(text):
    rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]


def check_txt(text):
    """Commands that a CI's log viewer takes out of what is printed."""
    assert not re.search(r"^\s*(::|##\[|##teamcity)", text, re.M)


CHECKS = {"json": check_json, "sarif": check_sarif, "xml": check_xml, "tap": check_tap, "csv": check_csv, "txt": check_txt}
failed = False
for path in sys.argv[1:]:
    ending = path.rsplit(".", 1)[1]
    try:
        text = open(path, "rb").read().decode("utf-8")
        text = text.replace("\r\n", "\n") if ending == "csv" else text
        bad = CONTROLS.search(text)
        assert not bad, "control %r near %r" % (bad.group(), text[max(0, bad.start() - 60):bad.start() + 60])
        CHECKS.get(ending, lambda _: None)(text)
    except (AssertionError, ValueError, xml.etree.ElementTree.ParseError, yaml.YAMLError, csv.Error) as problem:
        print("%s: %s: %s" % (path, type(problem).__name__, problem))
        failed = True
sys.exit(failed)
