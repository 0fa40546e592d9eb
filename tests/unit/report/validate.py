"""Judges reports with parsers that are not ours: validate.py json SCHEMA FILE | validate.py tap FILE |
validate.py csv FILE."""
import csv
import json
import re
import sys

import jsonschema
import yaml


spoils = {
    "smtpspec-results": (
        lambda d: d.update(version=2),
        lambda d: d.update(format="other"),
        lambda d: d["results"][0].update(verdict="perhaps"),
        lambda d: d["results"][0].pop("id"),
        lambda d: d["results"][0].update(surprise=1),
        lambda d: d["results"][0]["transcript"][1].update(octets={"hex": "00"}),
        lambda d: d["summary"].update(exit_status=2),
        lambda d: d.pop("checks"),
    ),
    "smtpspec-comparison": (
        lambda d: d.update(version=2),
        lambda d: d["runs"].clear(),
        lambda d: d["runs"][0]["verdicts"].pop("pass"),
        lambda d: d["rows"][0].update(change="perhaps"),
        lambda d: d["rows"][0]["runs"][0].update(verdict="perhaps"),
    ),
}


def check_json(schema_path, path):
    schema = json.load(open(schema_path))
    document = json.load(open(path))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    errors = list(validator.iter_errors(document))
    # The schema must be able to refuse: each of these is wrong.
    for spoil in spoils[document["format"]]:
        spoilt = json.load(open(path))
        spoil(spoilt)
        if validator.is_valid(spoilt):
            errors.append("the schema takes what is wrong")
    return errors


def check_tap(path):
    errors, plan, points = [], None, []
    lines = iter(open(path).read().split("\n"))
    if next(lines) != "TAP version 14":
        errors.append("no version line")
    for line in lines:
        point = re.match(r"(not )?ok (\d+) - ((?:[^#\\]|\\.)*?)( # (SKIP|TODO)( .*)?)?$", line)
        if re.match(r"1\.\.\d+$", line):
            plan = int(line[3:])
        elif point:
            points.append(int(point.group(2)))
        elif line == "  ---":
            block = []
            for line in lines:
                if line == "  ...":
                    break
                block.append(line)
            if not isinstance(yaml.safe_load("\n".join(block)), dict):
                errors.append("a YAML block is no map: %r" % block)
        elif line:
            errors.append("not understood: %r" % line)
    if points != list(range(1, (plan or 0) + 1)):
        errors.append("plan %r and test points %r differ" % (plan, points))
    return errors


def check_csv(path):
    data = open(path, newline="").read()
    rows = list(csv.reader(data.splitlines(keepends=True), strict=True))
    errors = ["row %d has %d cells" % (i, len(row)) for i, row in enumerate(rows) if len(row) != len(rows[0])]
    errors += ["a formula: %r" % cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
    if data.count("\r\n") != data.count("\n") or len(rows) != data.count("\r\n"):
        errors.append("a line does not end with CRLF")
    return errors


found = {"json": check_json, "tap": check_tap, "csv": check_csv}[sys.argv[1]](*sys.argv[2:])
for error in found:
    print(error)
sys.exit(bool(found))
