"""What an editor gets from our schemas: editor.py SERVER FOLDER. Talks to yaml-language-server as an editor does; FOLDER has
scenario.schema.json and target.schema.json."""
import json
import os
import subprocess
import sys
import time

server, folder = sys.argv[1:]
process = subprocess.Popen(["node", server, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
diagnostics = {}


def send(message):
    octets = json.dumps(dict(message, jsonrpc="2.0")).encode()
    process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(octets) + octets)
    process.stdin.flush()


def receive():
    length = 0
    while True:
        line = process.stdout.readline().strip().lower()
        if not line:
            return json.loads(process.stdout.read(length))
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])


def handle(message):
    if message.get("method") == "textDocument/publishDiagnostics":
        diagnostics[message["params"]["uri"]] = [d["message"] for d in message["params"]["diagnostics"]]
    elif "method" in message and "id" in message:
        asked = message["params"].get("items", []) if message.get("params") else []
        send({"id": message["id"], "result": [{"validate": True} for _ in asked]})


def request(number, method, params):
    send({"id": number, "method": method, "params": params})
    while True:
        message = receive()
        if message.get("id") == number and "method" not in message:
            return message.get("result")
        handle(message)


def uri(name):
    return "file://%s/%s" % (os.path.abspath(folder), name)


def opened(name, text):
    send({"method": "textDocument/didOpen",
          "params": {"textDocument": {"uri": uri(name), "languageId": "yaml", "version": 1, "text": text}}})


def completed(number, name, text):
    opened(name, text)
    lines = text.split("\n")
    result = request(number, "textDocument/completion", {"textDocument": {"uri": uri(name)},
                     "position": {"line": len(lines) - 1, "character": len(lines[-1])}})
    return {item["label"] for item in (result["items"] if isinstance(result, dict) else result)}


request(1, "initialize", {"processId": os.getpid(), "rootUri": uri(""), "workspaceFolders": [{"uri": uri(""), "name": "x"}],
        "capabilities": {"workspace": {"configuration": True}, "textDocument": {"publishDiagnostics": {}}}})
send({"method": "initialized", "params": {}})
scenario = "# yaml-language-server: $schema=scenario.schema.json\nsuite: a\ntitle: b\nscenarios:\n  - id: x\n    "
target = "# yaml-language-server: $schema=target.schema.json\nendpoint: smtp://127.0.0.1:25\n"
keys = completed(2, "a.yaml", scenario + "st")
assert {"start", "steps", "requirement", "needs"} <= keys, keys
words = completed(3, "b.yaml", scenario + "start: ")
assert {"ehlo", "rcpt", "data"} <= words, words
keys = completed(4, "t.yaml", target + "la")
assert {"launch", "facts", "mailboxes"} <= keys, keys
opened("wrong.yaml", target + "lunch: {}\n")
deadline = time.time() + 20
while not diagnostics.get(uri("wrong.yaml")) and time.time() < deadline:
    handle(receive())
assert any("lunch" in m for m in diagnostics[uri("wrong.yaml")]), diagnostics
print("yaml-language-server completes %d keys of a target and finds the wrong one: %s" %
      (len(keys), diagnostics[uri("wrong.yaml")][0]))
process.kill()
