"""What scripts/prove does once the program is built, which the environment names as SMTPSPEC.

A defect is caught when a scenario, or a check, of the very requirement that it breaks fails, or ends in error because
nobody answers any more. Where the requirement is of level SHOULD or MAY, a warning will do, for more such a scenario
cannot say.

A scenario of level MUST or security is proven when a defect makes it fail at one of its own steps, or when the server
dies of it: that it ends out of step, which is looked at in every scenario, counts only where no step of its own could. A scenario whose cases cite
several requirements has to be proven for each. Its results (cases and transports) are counted beside it.

A fail that took as long as the time-out may come from a machine that was busy; it counts when it shows again with four
times the patience.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TIMEOUT_S = 1
STRICT = ("MUST", "security")
# Most of the time goes by in waiting for replies that do not come: more at once than there are processors.
PROCESSES = 10 * (os.cpu_count() or 1)
JOBS = 16
SHARE = 64
HURRY = 0.3  # of the patience, where most of what is tried will not fail
ENOUGH = 3  # late fails that are tried again for the sake of a defect or a scenario


def say(text):
    print(text, file=sys.stderr, flush=True)


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Suite:
    """The program, and what it says of itself."""

    def __init__(self, program):
        self.program = program
        # Without a requirement it is a bug for fuzzing campaigns to find.
        self.defects = [d for d in self.ask("serve", "--list-defects", "--json") if d["requirement"]]
        self.rows = {r["id"]: r for r in self.ask("list", "--requirements", "--json")}
        self.scenarios = {s["id"]: s for s in self.ask("list", "--json")}
        self.of_row = collections.defaultdict(list)
        for s in self.scenarios.values():
            self.of_row[s["requirement"]].append(s["id"])

    def ask(self, *words):
        return json.loads(subprocess.run([self.program, *words], check=True, stdout=subprocess.PIPE).stdout)

    def speaks_lmtp(self, ident):
        return "lmtp" in self.scenarios[ident]["needs"]

    def claim(self, ident):
        """The scenario of a result, and the requirement that it cites there."""
        return "/".join(ident.split("@")[0].split("/")[:2]), self.scenarios[ident]["requirement"]

    def claims(self):
        """Results by claim, those of level MUST and security."""
        found = collections.defaultdict(list)
        for s in self.scenarios.values():
            if s["level"] in STRICT:
                found[self.claim(s["id"])].append(s["id"])
        return found

    def test(self, defect, lmtp=False, select=(), patience=1, launch=False):
        """All results and checks of one run, by id. A server that died is launched from then on as a program, so that
        it can be started again and the scenario be found that it dies of."""
        with tempfile.TemporaryDirectory() as work:
            report = os.path.join(work, "json")
            words = [self.program, "test", "--quiet", "--json", report, "--timeout", f"{TIMEOUT_S}s",
                     "--timeout-scale", str(patience), "--jobs", str(JOBS)]
            words += [self.target(defect, work)] if launch else ["--defect", defect] if defect else []
            words += ["--lmtp"] if lmtp else []
            words += ["--intrusive"] if select else []
            words += [word for ident in select for word in ("--select", ident)]
            done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                  env={**os.environ, "TMPDIR": work})
            if done.returncode not in (0, 1, 3) or not os.path.exists(report):
                raise RuntimeError(f"{' '.join(words[:20])}: status {done.returncode}\n{done.stderr}")
            with open(report) as file:
                run = json.load(file)
        if not launch and not lmtp and any(r["id"] == "target/died" for r in run["extra"]):
            return self.test(defect, False, select, patience, True)
        return {r["id"]: r for r in run["results"] + run["checks"]}

    def target(self, defect, work):
        """A target file with the reference server as a program."""
        ports = free_ports(2)
        serve = [self.program, "serve", "--defect", defect, "--maildir", os.path.join(work, "mail"),
                 "--listen", f"127.0.0.1:{ports[0]}", "--tls-listen", f"127.0.0.1:{ports[1]}"]
        facts = {"recipient": "alice@example.test", "recipient2": "bob@example.test", "unknown": "nobody@example.test",
                 "credentials": {"user": "alice", "password": "secret"}}
        path = os.path.join(work, "target.yaml")
        with open(path, "w") as file:
            yaml.safe_dump({"name": defect, "endpoint": f"smtp://127.0.0.1:{ports[0]}",
                            "implicit-tls": f"smtps://127.0.0.1:{ports[1]}",
                            "launch": {"start": "exec " + shlex.join(serve), "ready-within": "10s"}, "facts": facts,
                            "mailboxes": {f"{name}@example.test": {"maildir": os.path.join(work, "mail", name)}
                                          for name in ("alice", "bob")}}, file)
        return path

    def test_these(self, defect, idents, patience=1):
        """Those of LMTP with a server that speaks it."""
        found = {}
        for lmtp in (False, True):
            select = [i for i in idents if self.speaks_lmtp(i) == lmtp]
            if select:
                found.update(self.test(defect, lmtp, select, patience))
        return found


class Proof:
    def __init__(self, suite):
        self.suite = suite
        self.claims = suite.claims()
        self.caught = {}                       # defect: ids of the results of its requirement that caught it
        self.proven = {}                       # result: the defects that make it fail, those of its requirement first
        self.late = []                         # (defect, result): a fail that took as long as the time-out
        self.seen = collections.defaultdict(dict)  # defect: what its scenarios said without failing

    def take(self, defect, results, may_be_late=True):
        row = defect["requirement"]
        for ident, result in results.items():
            own = (result["requirement"] or {}).get("id") == row
            verdict = result["verdict"]
            if own and verdict in ("warn", "blocked"):
                self.seen[defect["name"]][ident] = f"{ident} {verdict}: {result['reason']}"
            lenient = own and self.suite.rows[row]["level"] not in STRICT
            if not (verdict == "fail" or (own and verdict == "error") or (lenient and verdict == "warn")):
                continue
            # A message that is missing is missing: the reference server delivers before it answers.
            waited = result["duration_ns"] >= HURRY * TIMEOUT_S * 1e9 and "delivered" not in (result.get("found") or "")
            if may_be_late and waited and ident in self.suite.scenarios:
                if own or result["step"]:
                    self.late.append((defect, ident))
                continue
            if own:
                self.caught.setdefault(defect["name"], []).append(ident)
            died = (result["reason"] or "").startswith("the target died")
            if verdict == "fail" and (result["step"] or died):
                by = self.proven.setdefault(ident, [])
                by.insert(0, defect["name"]) if own else by.append(defect["name"])

    def is_proven(self, claim):
        return any(i in self.proven for i in self.claims[claim])

    def is_own(self, defect, ident):
        return self.suite.scenarios[ident]["requirement"] == defect["requirement"]

    def to_confirm(self, scenarios_too):
        """What is known only by late fails, to be tried once more: ids by name of the defect."""
        again = collections.defaultdict(set)
        of_claim = collections.Counter()
        for defect, ident in sorted(self.late, key=lambda late: not self.is_own(*late)):
            claim = self.suite.claim(ident)
            uncaught = defect["name"] not in self.caught and len(again[defect["name"]]) < ENOUGH
            if self.is_own(defect, ident) and uncaught:
                again[defect["name"]].add(ident)
            if scenarios_too and claim in self.claims and not self.is_proven(claim) and of_claim[claim] < ENOUGH:
                of_claim[claim] += 1
                again[defect["name"]].add(ident)
        return {name: idents for name, idents in again.items() if idents}


def work_off(tasks, what):
    """Runs (defect, function) pairs, several at once; yields (defect, results) as they come."""
    done = 0
    with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
        waiting = {pool.submit(task): defect for defect, task in tasks}
        for future in concurrent.futures.as_completed(waiting):
            done += 1
            if sys.stderr.isatty():
                print(f"\r{what}: {done} of {len(tasks)}", end="\n" if done == len(tasks) else "", file=sys.stderr)
            yield waiting[future], future.result()


def run_pass(proof, tasks, what, may_be_late=True):
    begin = time.monotonic()
    results = dict()
    for defect, found in work_off(tasks, what):
        results[defect["name"]] = (defect, found)
    for name in sorted(results, key=[d["name"] for d in proof.suite.defects].index):
        proof.take(*results[name], may_be_late=may_be_late)
    say(f"{what}: {len(tasks)} runs, {time.monotonic() - begin:.0f} s")


def own_task(suite, defect, patience=1):
    row = suite.rows.get(defect["requirement"])
    if not row:
        raise RuntimeError(f"{defect['name']}: the catalogue has no row {defect['requirement']}")
    if row["check"]:  # any scenario may bring the reply that breaks it
        return lambda: suite.test(defect["name"], patience=patience)
    return lambda: suite.test_these(defect["name"], suite.of_row[row["id"]], patience)


def prove(suite, defects, everything, scenarios_too):
    proof = Proof(suite)
    by_name = {d["name"]: d for d in defects}
    control(suite)
    run_pass(proof, [(d, own_task(suite, d)) for d in defects], "the scenarios of each defect's requirement")
    if everything:
        lmtp = [i for i in suite.scenarios if suite.speaks_lmtp(i)]
        run_pass(proof, [(d, lambda d=d: {**suite.test(d["name"]), **suite.test(d["name"], True, lmtp)})
                         for d in defects], "the whole suite")
    elif scenarios_too:
        for at in range(0, len(defects), SHARE):  # by and by, for the first defects leave little to the others
            left = [i for claim, idents in proof.claims.items() if not proof.is_proven(claim) for i in idents]
            if not left:
                break
            run_pass(proof, [(d, lambda d=d, left=left: suite.test_these(d["name"], left, HURRY))
                             for d in defects[at:at + SHARE]], f"{len(left)} results that no defect made fail yet")
    again = proof.to_confirm(scenarios_too)
    run_pass(proof, [(by_name[n], lambda n=n, i=i: suite.test_these(n, sorted(i), 4)) for n, i in again.items()],
             "late fails once more", may_be_late=False)
    run_pass(proof, [(d, own_task(suite, d, 4)) for d in overlooked(proof, defects, scenarios_too)],
             "what a busy machine may have overlooked", may_be_late=False)
    return proof


def overlooked(proof, defects, scenarios_too):
    """Defects that were not caught, and those of the requirements whose scenarios nothing made fail."""
    unproven = {row for claim, row in proof.claims if not proof.is_proven((claim, row))} if scenarios_too else ()
    return [d for d in defects if d["name"] not in proof.caught or d["requirement"] in unproven]


def control(suite):
    """Without a defect nothing may fail, or a fail would prove nothing."""
    lmtp = [i for i in suite.scenarios if suite.speaks_lmtp(i)]
    results = {**suite.test(None), **suite.test(None, True, lmtp)}
    wrong = [i for i, r in results.items() if r["verdict"] in ("fail", "warn", "error")]
    if wrong:
        raise RuntimeError(f"without a defect these do not pass: {' '.join(wrong)}")


def read_exceptions(path):
    with open(path) as file:
        found = yaml.safe_load(file) or {}
    return found.get("defects") or {}, found.get("scenarios") or {}


def claim_name(claim):
    return f"{claim[0]} {claim[1]}"


def share(part, whole):
    return f"{part} of {whole} ({100 * part / whole if whole else 100:.1f} %)"


def judge(proof, defects, scenarios_too, exceptions):
    """Prints the scores. Returns what is written down, and whether something is missing."""
    excused_defects, excused_scenarios = exceptions
    missing = [d for d in defects if d["name"] not in proof.caught]
    unproven = [c for c in proof.claims if not proof.is_proven(c)] if scenarios_too else []
    bad = []
    for d in missing:
        if d["name"] not in excused_defects:
            bad.append(f"not caught: {d['name']} ({d['requirement']})")
            bad += [f"    {line}" for line in list(proof.seen[d["name"]].values())[:3]]
    for c in unproven:
        if c[0] not in excused_scenarios:
            bad.append(f"not proven: {claim_name(c)}")
    names = {d["name"] for d in proof.suite.defects}
    open_scenarios = {c[0] for c in unproven}
    asked = {d["name"] for d in defects}
    for name in excused_defects:
        if name not in names or (name in asked and name in proof.caught):
            bad.append(f"exception not needed: defect {name} {'is caught' if name in names else 'does not exist'}")
    for name in excused_scenarios if scenarios_too else ():
        if name not in open_scenarios:
            bad.append(f"exception not needed: scenario {name} is proven, or does not exist")
    for line in bad:
        print(line)
    print(f"defects: {share(len(defects) - len(missing), len(defects))} caught by a scenario or check of their own requirement")
    report = {
        "format": "smtpspec-proof",
        "version": 1,
        "defects": {"total": len(defects), "caught": len(defects) - len(missing),
                    "table": [{**d, "caught_by": sorted(proof.caught.get(d["name"], [])),
                               "exception": excused_defects.get(d["name"])} for d in defects]},
    }
    if scenarios_too:
        report["scenarios"] = judge_scenarios(proof, excused_scenarios)
    return report, bool(bad)


def judge_scenarios(proof, excused):
    row_of = {d["name"]: d["requirement"] for d in proof.suite.defects}
    table, own_count = [], 0
    for claim, idents in proof.claims.items():
        by = [n for i in idents for n in proof.proven.get(i, [])]
        own = [n for n in by if row_of[n] == claim[1]]
        own_count += bool(own)
        table.append({"scenario": claim[0], "requirement": claim[1], "made_to_fail_by": (own or by or [None])[0],
                      "exception": excused.get(claim[0]), "results": len(idents),
                      "results_not_made_to_fail": [i for i in idents if i not in proof.proven]})
    results = sum(t["results"] for t in table)
    left = sum(len(t["results_not_made_to_fail"]) for t in table)
    proven = sum(t["made_to_fail_by"] is not None for t in table)
    print(f"scenarios of level MUST or security: {share(proven, len(table))} made to fail by a defect, "
          f"{own_count} of them by one of their own requirement")
    print(f"their results (cases, transports): {share(results - left, results)} seen to fail")
    return {"total": len(table), "proven": proven, "proven_by_own_requirement": own_count, "results": results,
            "results_proven": results - left, "table": table}


def main():
    parser = argparse.ArgumentParser(prog="scripts/prove", description="Proves that the scenarios can fail.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="defects (smtpspec serve --list-defects); default: all")
    parser.add_argument("--all", action="store_true", help="run the whole suite against each defect")
    parser.add_argument("--exceptions", default=os.path.join(ROOT, "tests", "proof-exceptions.yaml"), metavar="FILE")
    parser.add_argument("--json", default=os.path.join(ROOT, "reports", "proof.json"), metavar="FILE",
                        help="where to write it when all defects are tried")
    args = parser.parse_args()
    suite = Suite(os.environ["SMTPSPEC"])
    unknown = [n for n in args.names if n not in {d["name"] for d in suite.defects}]
    if unknown:
        parser.error(f"expected names that 'smtpspec serve --list-defects' shows, found {' '.join(unknown)}")
    defects = [d for d in suite.defects if not args.names or d["name"] in args.names]
    begin = time.monotonic()
    proof = prove(suite, defects, args.all, not args.names)
    report, bad = judge(proof, defects, not args.names, read_exceptions(args.exceptions))
    say(f"{time.monotonic() - begin:.0f} s")
    if args.names:
        for d in report["defects"]["table"]:
            print(f"{d['name']}: {' '.join(d['caught_by']) or 'not caught'}")
    else:
        with open(args.json, "w") as file:
            json.dump({**report, "whole_suite": args.all}, file, indent=1)
            file.write("\n")
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as error:
        sys.exit(f"scripts/prove: {error}")
