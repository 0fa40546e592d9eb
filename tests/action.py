"""Runs the shell steps of action.yml as GitHub would: action.py FOLDER INPUT=VALUE... in the current folder.
What other actions would do is printed as "uses NAME". Ends with the status of the first step that fails."""
import os
import re
import subprocess
import sys

import yaml

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
folder = sys.argv[1]
action = yaml.safe_load(open(os.path.join(root, "action.yml")))
given = dict(word.split("=", 1) for word in sys.argv[2:])
for name in given:
    assert name in action["inputs"], "no input %s" % name
for name, declared in action["inputs"].items():
    assert not declared.get("required") or name in given, "the input %s is required" % name
inputs = {name: given.get(name, declared.get("default", "")) for name, declared in action["inputs"].items()}
steps = {}


def value(expression):
    kind, _, rest = expression.strip().partition(".")
    if kind == "inputs":
        return inputs[rest]
    step, _, name = rest.partition(".outputs.")
    assert kind == "steps", "unknown: " + expression
    return steps.get(step, {}).get(name, "")


def fill(text):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda m: value(m.group(1)), text)


def wanted(condition):
    """Only what action.yml uses: !cancelled() and a comparison of an input or output."""
    for part in re.sub(r"^\$\{\{|\}\}$", "", condition.strip()).split("&&"):
        compared = re.fullmatch(r"\s*([\w.-]+) (==|!=) '(\w*)'\s*", part)
        if compared:
            if (value(compared.group(1)) == compared.group(3)) != (compared.group(2) == "=="):
                return False
        else:
            assert part.strip() == "!cancelled()", "unknown condition: " + part
    return True


status = 0
for step in action["runs"]["steps"]:
    if not wanted(step["if"]) if "if" in step else status:
        continue
    if "uses" in step:
        print("uses", step["uses"], {k: fill(v) for k, v in step["with"].items()}, flush=True)
        continue
    output = os.path.join(folder, "output")
    open(output, "w").close()
    env = dict(os.environ, GITHUB_ACTION_PATH=root, GITHUB_OUTPUT=output,
               GITHUB_STEP_SUMMARY=os.path.join(folder, "summary"))
    env.update({k: fill(v) for k, v in step.get("env", {}).items()})
    # So GitHub calls its bash.
    done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", fill(step["run"])], env=env)
    status = status or done.returncode
    steps[step.get("id")] = dict(line.strip().split("=", 1) for line in open(output))
for name, output in action["outputs"].items():
    print("output", name, fill(output["value"]))
sys.exit(status)
