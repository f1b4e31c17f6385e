#!/bin/sh
# Ansible's community.aws.s3_lifecycle, and rules of a lifecycle whose prefix changes, or which have none.
#
# One would expect a task with a rule_id to set the rule of that ID, whatever it was before; one with state: absent and no prefix to remove the
# rule for the whole bucket, since no prefix stands for that; and one with status: disabled to disable a rule as it is.
#
# In community.aws 10.0.0 a rule of the same ID with another prefix stays: the module takes its ID away, so that S3 gives it a new one, and adds the
# wanted rule beside it. Who narrows an expiration from the whole bucket to tmp/ is told changed, and the whole bucket goes on expiring, by a rule
# of a random name that no task knows. state: absent without a prefix removes every rule that has tags or sizes in its filter, too, whatever
# prefix it has beside them. Disabling and enabling again keeps expirations and transitions, and drops the end of incomplete uploads and
# transitions of noncurrent versions.
#
# What follows: rule_id with state: absent before a change of the prefix, and rule_id with each absent; or get-bucket-lifecycle-configuration after it.
#
# Printed (rules as ID, prefix, tag and actions):
#   community.aws 10.0.0, there: temporary "" Expiration
#   rule_id temporary, prefix tmp/, changed: random-1 "" Expiration | temporary "tmp/" Expiration
#   there: all "" Expiration | logs "logs/" old=yes Expiration | tagged "" old=yes Expiration
#   absent without a prefix, changed: none
#   there: parts "a/" AbortIncompleteMultipartUpload Expiration NoncurrentVersionTransitions
#   rule_id parts, disabled, changed: parts "a/" Expiration
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 boto3==1.43.117
# The package ansible has all collections; two of them will do.
python/bin/pip download --quiet --disable-pip-version-check --no-deps ansible==12.3.0
python/bin/python - <<'PY'
from pathlib import Path
from zipfile import ZipFile

wanted = ("ansible_collections/community/aws/", "ansible_collections/amazon/aws/")
with ZipFile(next(Path().glob("ansible-*.whl"))) as package:
    package.extractall("collections", [name for name in package.namelist() if name.startswith(wanted)])
PY
cat >finding.py <<'PY'
import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3

kept = b""
given = 0


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        global kept, given
        told = self.rfile.read(int(self.headers.get("content-length", 0)))
        status, body = 200, b""
        if self.command == "PUT":
            kept = told
            # S3 gives an ID to each rule that comes without one.
            while b"<Rule>" in kept:
                before, _, after = kept.partition(b"<Rule>")
                rule, end, rest = after.partition(b"</Rule>")
                if b"<ID>" not in rule:
                    given += 1
                    rule = b"<ID>random-%d</ID>" % given + rule
                kept = before + b"<rule>" + rule + b"</rule>" + rest
            kept = kept.replace(b"rule>", b"Rule>")
        elif self.command == "DELETE":
            status, kept = 204, b""
        elif kept:
            body = kept
        else:
            status, body = 404, b"<Error><Code>NoSuchLifecycleConfiguration</Code></Error>"
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.server_port}"
keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
s3 = boto3.client("s3", endpoint_url=endpoint, **keys)
ACTIONS = ("AbortIncompleteMultipartUpload", "Expiration", "NoncurrentVersionTransitions")


def rules():
    if not kept:
        return "none"
    shown = []
    for rule in s3.get_bucket_lifecycle_configuration(Bucket="box")["Rules"]:
        within = rule["Filter"].get("And", rule["Filter"])
        tags = within.get("Tags", [within["Tag"]] if "Tag" in within else [])
        words = [rule["ID"], json.dumps(within.get("Prefix", "")), *(f"{tag['Key']}={tag['Value']}" for tag in tags)]
        shown.append(" ".join([*words, *(action for action in ACTIONS if action in rule)]))
    return " | ".join(shown)


def there(*many):
    s3.put_bucket_lifecycle_configuration(Bucket="box", LifecycleConfiguration={"Rules": [{"Status": "Enabled", **one} for one in many]})
    return f"there: {rules()}"


def task(**parameters):
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": "collections",
        "ANSIBLE_HOME": "home",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_LOAD_CALLBACK_PLUGINS": "true",
        "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal",
    }
    parameters |= {"name": "box", "endpoint_url": endpoint, "region": "us-east-1", "access_key": "AKIDEXAMPLE", "secret_key": "secret"}
    line = ["python/bin/ansible", "localhost", "-c", "local", "-e", "ansible_python_interpreter={{ ansible_playbook_python }}"]
    done = subprocess.run([*line, "-m", "community.aws.s3_lifecycle", "-a", json.dumps(parameters)], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return f"{done.stdout.partition(' | ')[2].partition(' ')[0].lower()}: {rules()}"


OLD, DAYS = {"Key": "old", "Value": "yes"}, {"Days": 30}
version = json.loads(Path("collections/ansible_collections/community/aws/MANIFEST.json").read_text())["collection_info"]["version"]
print(f"community.aws {version}, {there({'ID': 'temporary', 'Filter': {'Prefix': ''}, 'Expiration': DAYS})}")
print(f"rule_id temporary, prefix tmp/, {task(rule_id='temporary', prefix='tmp/', expiration_days=30)}")
tagged = [{"ID": "logs", "Filter": {"And": {"Prefix": "logs/", "Tags": [OLD]}}, "Expiration": DAYS}, {"ID": "tagged", "Filter": {"Tag": OLD}, "Expiration": DAYS}]
print(there({"ID": "all", "Filter": {"Prefix": ""}, "Expiration": DAYS}, *tagged))
print(f"absent without a prefix, {task(state='absent')}")
ends = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}, "Expiration": DAYS}
moves = {"NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "StorageClass": "GLACIER"}]}
print(there({"ID": "parts", "Filter": {"Prefix": "a/"}, **ends, **moves}))
print(f"rule_id parts, disabled, {task(rule_id='parts', prefix='a/', status='disabled')}")
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'community.aws 10.0.0, there: temporary "" Expiration
rule_id temporary, prefix tmp/, changed: random-1 "" Expiration | temporary "tmp/" Expiration
there: all "" Expiration | logs "logs/" old=yes Expiration | tagged "" old=yes Expiration
absent without a prefix, changed: none
there: parts "a/" AbortIncompleteMultipartUpload Expiration NoncurrentVersionTransitions
rule_id parts, disabled, changed: parts "a/" Expiration' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
