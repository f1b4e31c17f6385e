#!/bin/sh
# The AWS CLI and roles at two endpoints.
#
# One would expect a session of a role to be used where it was given out: with AWS_ENDPOINT_URL (or a profile's endpoint_url) set to
# a second server, the CLI should ask that server's STS for a session of its own.
#
# The CLI keeps sessions of role_arn profiles in ~/.aws/cli/cache, in a file named by a digest of what AssumeRole is asked: the
# role's ARN, the session's name, its duration. The endpoint is no part of it, nor is the profile. So for an hour, two servers whose roles
# have the same ARN share one session: the second one is sent the access key and token of the first, and refuses them with
# InvalidToken or InvalidAccessKeyId. It happens between a server for tests and the real one, and after a server was set up anew.
# At Amazon it cannot be seen, for there is one STS and an ARN means one role.
#
# What follows: role_session_name of its own in each profile, or delete ~/.aws/cli/cache after a change of the endpoint.
#
# Printed:
#   awscli 1.46.3
#   first server: AssumeRole of role/reader, ListObjectsV2 by ASIAOFFIRST
#   second server: ListObjectsV2 by ASIAOFFIRST
#   second server, role_session_name=second: AssumeRole of role/reader, ListObjectsV2 by ASIAOFSECOND
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check awscli==1.46.3
cat >finding.py <<'PY'
import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

asked = []


def server(name):
    class Server(BaseHTTPRequestHandler):
        def do_POST(self):
            query = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            asked.append(f"{query['Action'][0]} of {query['RoleArn'][0].split(':')[-1]}")
            self.xml(
                "<AssumeRoleResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><AssumeRoleResult><Credentials>"
                f"<AccessKeyId>ASIAOF{name}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
                "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
            )

        def do_GET(self):
            asked.append("ListObjectsV2 by " + re.search("Credential=([^/]+)", self.headers["authorization"])[1])
            self.xml("<ListBucketResult><Name>b</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>")

        def xml(self, body):
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{listening.server_address[1]}"


def list_as_reader(endpoint, more=""):
    with open("config", "w") as config:
        config.write(
            "[profile owner]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n"
            "[profile reader]\nrole_arn = arn:aws:iam::100000000001:role/reader\nsource_profile = owner\nregion = us-east-1\n" + more
        )
    asked.clear()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.getcwd(),
        "AWS_CONFIG_FILE": "config",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    command = ["python/bin/aws", "--profile", "reader", "s3api", "list-objects-v2", "--bucket", "b"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return ", ".join(asked)


first, second = server("FIRST"), server("SECOND")
print("first server:", list_as_reader(first))
print("second server:", list_as_reader(second))
print("second server, role_session_name=second:", list_as_reader(second, "role_session_name = second\n"))
PY
seen="awscli $(python/bin/pip show awscli | sed -n 's/^Version: //p')
$(python/bin/python finding.py)"
echo "$seen"
[ "$seen" = 'awscli 1.46.3
first server: AssumeRole of role/reader, ListObjectsV2 by ASIAOFFIRST
second server: ListObjectsV2 by ASIAOFFIRST
second server, role_session_name=second: AssumeRole of role/reader, ListObjectsV2 by ASIAOFSECOND' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
