"""What scripts/styles does once the program is built, which the environment names as SMTPSPEC.

Skipped and blocked are right answers to a style, pass too. A fail or an error is an alarm, and so is a warning unless
tests/styles.yaml says why it is due: that the RFC itself would have the server do otherwise (SHOULD). What alarms is
run once more, alone and with more patience: the second time counts, for a machine that is busy is no style.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import json
import os
import subprocess
import sys
import tempfile
import time

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VERDICTS = ("pass", "warn", "skip", "blocked", "fail", "error")
PROCESSES = 2 * (os.cpu_count() or 1)  # much of the time goes by in waiting
JOBS = 32
PATIENCE = 4


def ask(*words):
    return json.loads(subprocess.run([os.environ["SMTPSPEC"], *words], check=True, stdout=subprocess.PIPE).stdout)


class Run:
    """The suite against one style, in one way."""

    def __init__(self, style, words):
        self.style, self.words = style, words
        self.name = " ".join([style, *words])
        self.seconds, self.results, self.status = 0, [], 0

    def do(self, settings, patience=1):
        words = [os.environ["SMTPSPEC"], "test", "--quiet", "--style", self.style, "--timeout-scale", str(patience),
                 "--jobs", str(settings.get("jobs", JOBS)), *self.words]
        for pattern in settings.get("exclude", ()):
            words += ["--exclude", pattern]
        begin = time.monotonic()
        with tempfile.TemporaryDirectory() as work:
            report = os.path.join(work, "json")
            done = subprocess.run([*words, "--json", report], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  text=True, env={**os.environ, "TMPDIR": work})
            if done.returncode not in (0, 1, 3) or not os.path.exists(report):
                raise RuntimeError(f"{' '.join(words)}: status {done.returncode}\n{done.stderr}")
            with open(report) as file:
                run = json.load(file)
        self.seconds += time.monotonic() - begin
        # The plain transaction is none of the suite's: what refuses it shows in what is blocked.
        self.results = run["results"] + run["checks"] + run["extra"]
        return self

    def count(self):
        found = collections.Counter(r["verdict"] for r in self.results)
        return {v: found[v] for v in VERDICTS}

    def alarms(self, due):
        """Results that should not be; notes in `due` what was needed."""
        for r in self.results:
            if r["verdict"] == "warn":
                entry = next((d for d in due if fnmatch.fnmatch(r["id"], d["scenario"])), None)
                if entry:
                    entry["seen"] = True
                    continue
            if r["verdict"] in ("warn", "fail", "error"):
                yield r


def ways_of(settings):
    """The words that each run of a style gets beside its name."""
    return [way.split() for way in settings.get("ways", ["", "--lmtp"])]


def run_all(styles, table):
    runs = [Run(s, way) for s in styles for way in ways_of(table.get(s, {}))]
    runs.sort(key=lambda r: -table.get(r.style, {}).get("jobs", 0))  # the slow ones first
    with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(lambda r: r.do(table.get(r.style, {})), runs))
    for run in runs:
        if any(run.alarms(table.get(run.style, {}).get("due", []))):
            run.do(table.get(run.style, {}), PATIENCE)
    return sorted(runs, key=lambda r: styles.index(r.style))


def read_table(path, known):
    with open(path) as file:
        table = yaml.safe_load(file) or {}
    unknown = [name for name in table if name not in known]
    if unknown:
        raise RuntimeError(f"{path}: expected names that 'smtpspec serve --list-styles' shows, found {' '.join(unknown)}")
    return table


def print_table(runs):
    width = max(len(r.name) for r in runs)
    heads = ("passed", "warned", "skipped", "blocked", "failed", "error", "seconds")
    print(f"{'style':<{width}}" + "".join(f"{h:>9}" for h in heads))
    for run in runs:
        print(f"{run.name:<{width}}" + "".join(f"{n:>9}" for n in run.count().values()) + f"{run.seconds:>9.1f}")


def judge(runs, table):
    """The lines that say what is wrong."""
    bad = []
    for run in runs:
        for r in run.alarms(table.get(run.style, {}).get("due", [])):
            bad.append(f"{run.name}: {r['verdict']} {r['id']}: {r['reason']}")
    for style in {r.style for r in runs}:
        for entry in table.get(style, {}).get("due", []):
            if "seen" not in entry:
                bad.append(f"tests/styles.yaml: {style}: {entry['scenario']} does not warn any more")
    return bad


def report(runs, sources, table, bad):
    return {
        "format": "smtpspec-proof-styles", "version": 1, "styles": len({r.style for r in runs}), "runs": len(runs),
        "alarms": len(bad),
        "table": [{"style": r.style, "source": sources[r.style]["source"], "summary": sources[r.style]["summary"],
                   "options": r.words, "excluded": table.get(r.style, {}).get("exclude", []), **r.count(),
                   "due": [{"scenario": d["scenario"], "reason": d["reason"]}
                           for d in table.get(r.style, {}).get("due", [])]} for r in runs],
        "wrong": bad,
    }


def main():
    parser = argparse.ArgumentParser(prog="scripts/styles", description="Proves that styles raise no alarm.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="styles (smtpspec serve --list-styles); default: all")
    parser.add_argument("--table", default=os.path.join(ROOT, "tests", "styles.yaml"), metavar="FILE")
    parser.add_argument("--json", default=os.path.join(ROOT, "reports", "proof-styles.json"), metavar="FILE",
                        help="where to write it when all styles are tried")
    args = parser.parse_args()
    sources = {s["name"]: s for s in ask("serve", "--list-styles", "--json")}
    unknown = [n for n in args.names if n not in sources]
    if unknown:
        parser.error(f"expected names that 'smtpspec serve --list-styles' shows, found {' '.join(unknown)}")
    table = read_table(args.table, sources)
    begin = time.monotonic()
    runs = run_all([s for s in sources if not args.names or s in args.names], table)
    bad = judge(runs, table)
    print_table(runs)
    for line in bad:
        print(line)
    print(f"{len({r.style for r in runs})} styles, {len(runs)} runs, {len(bad)} alarms, {time.monotonic() - begin:.0f} s")
    if not args.names:
        with open(args.json, "w") as file:
            json.dump(report(runs, sources, table, bad), file, indent=1)
            file.write("\n")
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as error:
        sys.exit(f"scripts/styles: {error}")
