"""Runs what README and docs tell people to type: docs.py PROGRAM. Each command of a console block, each complete YAML
file, and the script of each CI snippet, in a folder with the files that the texts presuppose."""
import glob
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.realpath(sys.argv[1])
PAGES = ["README.md", "CONTRIBUTING.md", *sorted(glob.glob("docs/*.md", root_dir=ROOT))]

# What cannot be run here, and why.
LEFT_OUT = {
    "./scripts/test": "it is what runs this",
    "./scripts/targets install": "unpacks seventeen mail servers, some minutes",
    "./scripts/targets test": "needs installed mail servers; scripts/test does it with five of them",
    "./scripts/targets stop": "would stop servers that somebody else may be testing",
    "./scripts/targets publish": "needs a run of all servers, and would change what is published",
    "./scripts/targets flips": "needs installed mail servers, some minutes",
    "./scripts/targets robust": "needs installed mail servers, some minutes",
    "swaks ": "not installed, and there is no mx.example.test",
    "apt-get ": "as root, on the CI machine",
    "git clone ": "no network",
}
# Exit statuses that are not 0, and why that is right.
STATUS = {
    "--strict-baseline": (0, 1),  # a baseline written a moment ago may know of a result that varies
    "--defect rcpt-without-mail": (1,),  # the campaign finds it, the scenario fails
    "target.yaml mine.yaml": (1,),  # the reference server does not promise what the example asks for
}

problems, ran, left_out = [], 0, 0
background = []


def blocks(page):
    text = open(os.path.join(ROOT, page)).read()
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)


def leave_running(page, command, folder):
    """A server that goes on while the next commands run; nothing waits for what it may print."""
    process = subprocess.Popen(["bash", "-c", "exec " + command], cwd=folder, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    background.append(process)
    address = re.search(r"127\.0\.0\.1:(\d+)", command)
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", int(address[1]))).close()
            return
        except OSError:
            time.sleep(0.05)
    problems.append("%s: %s: nobody listens" % (page, command))


def run(page, command, folder, port):
    global ran, left_out
    for start, why in LEFT_OUT.items():
        if command.startswith(start):
            left_out += 1
            print("left out (%s): %s" % (why, command))
            return
    ran += 1
    command = command.replace("127.0.0.1:2626", "127.0.0.1:%d" % other_port)
    if command.endswith(" &"):
        leave_running(page, command.removesuffix(" &"), folder)
        return
    # Scripts of the project are run where they are.
    done = subprocess.run(["bash", "-c", command.replace("127.0.0.1:2525", "127.0.0.1:%d" % port)],
                          cwd=ROOT if command.startswith("./scripts/") else folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    allowed = next((s for key, s in STATUS.items() if key in command), (0,))
    if done.returncode not in allowed:
        problems.append("%s: %s: status %d\n%s" % (page, command, done.returncode, (done.stdout + done.stderr)[-1500:]))


def check_yaml(page, text, folder, port):
    """Whole files only: a part of one says nothing alone."""
    global ran
    document = yaml.safe_load(text)
    keys = document if isinstance(document, dict) else {}
    for job in keys.values():
        if isinstance(job, dict) and "script" in job:
            for command in job["script"]:
                run(page, command, folder, port)
    if "suite" in keys or "endpoint" in keys:
        path = os.path.join(folder, "block.yaml")
        open(path, "w").write(text)
        run(page, "smtpspec check block.yaml", folder, port)
    elif isinstance(document, list) and document and "reason" in document[0]:
        open(os.path.join(folder, "block.yaml"), "w").write(text)
        run(page, "smtpspec test --baseline block.yaml noop -q", folder, port)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def prepare(folder, port):
    os.mkdir(folder + "/bin")
    os.symlink(PROGRAM, folder + "/bin/smtpspec")
    os.environ["PATH"] = folder + "/bin:" + os.environ["PATH"]
    os.environ["SMTPSPEC_PROGRAM"] = PROGRAM
    for name in ("scripts", "build"):
        os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
    os.symlink(ROOT, folder + "/smtpspec")
    open(folder + "/target.yaml", "w").write("""endpoint: smtp://127.0.0.1:%d
facts: {recipient: alice@example.test, recipient2: bob@example.test, unknown: nobody@example.test, credentials: {user: alice, password: secret}}
mailboxes: {alice@example.test: {maildir: mail/alice}, bob@example.test: {maildir: mail/bob}}
""" % port)
    suite = next(text for kind, text in blocks("README.md") if kind == "yaml" and text.startswith("suite:"))
    for name in ("mine.yaml", "my-scenarios.yaml"):
        open(os.path.join(folder, name), "w").write(suite)
    for name in ("last-week", "today", "postfix", "exim"):
        subprocess.run([PROGRAM, "test", "noop", "-q", "--json", "%s/%s.json" % (folder, name)], check=True, capture_output=True)


def links(page):
    """Links to files and headings that are there."""
    text = re.sub(r"^```.*?^```$", "", open(os.path.join(ROOT, page)).read(), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+://", target):
            continue
        name, _, heading = target.partition("#")
        path = os.path.normpath(os.path.join(ROOT, os.path.dirname(page), name)) if name else os.path.join(ROOT, page)
        if not os.path.exists(path):
            problems.append("%s: the link to %s leads nowhere" % (page, target))
        elif heading and path.endswith(".md"):
            heads = [re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ (.*)$", open(path).read(), re.M)]
            if heading not in heads:
                problems.append("%s: the link to %s: no such heading" % (page, target))


with tempfile.TemporaryDirectory() as folder:
    port, other_port = free_port(), free_port()
    prepare(folder, port)
    server = subprocess.Popen([PROGRAM, "serve", "--listen", "127.0.0.1:%d" % port, "--maildir", folder + "/mail",
                               "--user", "alice:secret"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for page in PAGES:
            links(page)
            for kind, text in blocks(page):
                if kind == "yaml":
                    check_yaml(page, text, folder, port)
                for command in re.findall(r"^\$ (.*)$", text, re.M) if kind == "console" else ():
                    run(page, command, folder, port)
    finally:
        for process in [server, *background]:
            process.terminate()
            process.wait()
for problem in problems:
    print(problem)
print("%d commands and files of %d pages: %d problems; %d left out" % (ran, len(PAGES), len(problems), left_out))
sys.exit(bool(problems) or ran < 40 or left_out > 16)
