#!/usr/bin/env python3
"""reproduce.py PROGRAM: what a page offers to copy does what it says. A reference server with a defect is tested, then
 - each scenario that the page shows is run: it must fail with the defect, and pass without it;
 - shell commands that the page shows are run: the server must answer with the codes that the conversation has."""
import concurrent.futures
import html
import re
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
# Each with how many commands are tried: they wait between what they send, as a person would.
DEFECTS = {"accept-bare-lf-dot": 4, "starttls-offered-under-tls": 2, "open-relay": 1}
SCENARIOS = 8


def results(page):
    """Of each result that is shown whole: id, scenario and command to copy, codes that the server gave."""
    for article in re.findall(r'<article class="case fail".*?</article>', page, re.S):
        yield {
            "id": html.unescape(re.search(r' id="([^"]*)"', article).group(1)),
            "scenario": copied(article, "the scenario"),
            "select": copied_id(article),
            "command": copied(article, "the shell command"),
            "tls": "class=\"s e" in article,
            "codes": codes(article),
        }


def copied(article, what):
    found = re.search('<pre data-copy="%s"[^>]*>(.*?)</pre>' % what, article, re.S)
    return html.unescape(found.group(1)) if found else None


def copied_id(article):
    found = re.search(r"copy\.yaml '([^']*)'", article)
    return html.unescape(found.group(1)) if found else None


def codes(article):
    """First digits of the replies on the main connection; inside TLS only where there is TLS: openssl does the rest."""
    items = re.findall(r'<li class="?(s[^>]*?)"?>(.*?)(?=<li |</ol>)', article, re.S)
    tls = any(" e" in kind for kind, _ in items)
    said = [re.sub(r"<i>.*?</i>|<em>.*?</em> ?|<[^>]*>", "", text) for kind, text in items
            if "<u>" not in text and (not tls or " e" in kind)]
    return re.findall(r"^(\d{3}) ", "\n".join(said), re.M)


def run_scenario(folder, number, result, defect):
    path = "%s/copy-%d.yaml" % (folder, number)
    open(path, "w").write(result["scenario"])
    arguments = [PROGRAM, "test", "--quiet", "--timeout-scale", "4", path, result["select"]]
    with_it = subprocess.run(arguments + ["--defect", defect], capture_output=True, text=True)
    without = subprocess.run(arguments, capture_output=True, text=True)
    if with_it.returncode == 1 and without.returncode == 0:
        return []
    return ["%s: the copied scenario ends with %d with the defect and %d without: %s" %
            (result["id"], with_it.returncode, without.returncode, with_it.stderr + without.stdout)]


def run_command(result):
    done = subprocess.run(["sh", "-c", result["command"]], capture_output=True, timeout=60)
    found = re.findall(r"^(\d{3}) ", done.stdout.decode("latin-1"), re.M)
    # A scenario that failed may have left before the last reply.
    if result["codes"] and found[:len(result["codes"])] == result["codes"]:
        return []
    return ["%s: the command got %s, the conversation has %s\n%s" % (result["id"], found, result["codes"], result["command"])]


def serve(folder, defect):
    """Starts the reference server. What it says goes to a file: a pipe that nobody empties would stop it."""
    said = "%s/%s.out" % (folder, defect)
    server = subprocess.Popen([PROGRAM, "serve", "--listen", "127.0.0.1:0", "--defect", defect], stdout=open(said, "w"))
    for _ in range(100):
        found = re.search(r"127\.0\.0\.1:(\d+)", open(said).read())
        if found:
            return server, found.group(1)
        time.sleep(0.05)
    server.kill()
    sys.exit("the reference server did not say where it listens")


def try_defect(folder, defect, commands):
    server, port = serve(folder, defect)
    page = "%s/%s.html" % (folder, defect)
    try:
        subprocess.run([PROGRAM, "test", "smtp://127.0.0.1:" + port, "--to", "alice@example.test", "--quiet", "--html", page,
                        "--timeout-scale", "4"], capture_output=True, timeout=240)
        all_of = list(results(open(page, encoding="utf-8").read()))
        mistakes = [] if all_of else [defect + ": no failure on the page"]
        scenarios = [r for r in all_of if r["scenario"]][:SCENARIOS]
        tried = [r for r in all_of if r["command"] and r["codes"]][:commands]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            ran = [pool.submit(run_command, r) for r in tried]
            ran += [pool.submit(run_scenario, folder, i, r, defect) for i, r in enumerate(scenarios)]
            for one in ran:
                mistakes += one.result()
    finally:
        server.kill()
        server.wait()
    print("%s: %d results, %d scenarios and %d commands run" %
          (defect, len(all_of), len(scenarios), len(tried)))
    return mistakes


with tempfile.TemporaryDirectory() as folder:
    wrong = [m for defect, commands in DEFECTS.items() for m in try_defect(folder, defect, commands)]
print("\n".join(wrong))
sys.exit(bool(wrong))
