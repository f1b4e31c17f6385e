#!/bin/sh
# parliament, the linter of IAM policies, and conditions of S3.
#
# One would expect a linter that knows s3:TlsVersion, aws:SourceIp and access points by name to take the values that Amazon's own
# pages have for them.
#
# parliament 1.6.4 has numbers without a point only, so it calls s3:TlsVersion 1.2, which is what one would ask for, a
# MISMATCHED_TYPE. A network of IPv6 is no Ip to it either. And an object by way of an access point (…:accesspoint/NAME/object/…) is a
# RESOURCE_MISMATCH for s3:GetObject, though that is how a policy of an access point names objects.
#
# What follows: silence MISMATCHED_TYPE and RESOURCE_MISMATCH for such statements in its config rather than rewrite the policy.
#
# Printed:
#   parliament 1.6.4
#   s3:TlsVersion 1.2: MISMATCHED_TYPE
#   s3:TlsVersion 1: no finding
#   aws:SourceIp 2001:db8::/32: MISMATCHED_TYPE
#   aws:SourceIp 192.0.2.0/24: no finding
#   object of an access point: RESOURCE_MISMATCH
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check parliament==1.6.4 'setuptools<81'
cat >finding.py <<'PY'
import json
from importlib.metadata import version

from parliament import analyze_policy_string


def lint(name, condition=None, resource="arn:aws:s3:::photos/*"):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    if condition:
        statement["Condition"] = condition
    policy = analyze_policy_string(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    print(f"{name}:", ", ".join(sorted({finding.issue for finding in policy.findings})) or "no finding")


print("parliament", version("parliament"))
for tls in ("1.2", "1"):
    lint(f"s3:TlsVersion {tls}", {"NumericGreaterThanEquals": {"s3:TlsVersion": tls}})
for network in ("2001:db8::/32", "192.0.2.0/24"):
    lint(f"aws:SourceIp {network}", {"IpAddress": {"aws:SourceIp": network}})
lint("object of an access point", resource="arn:aws:s3:us-east-1:100000000001:accesspoint/readers/object/*")
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'parliament 1.6.4
s3:TlsVersion 1.2: MISMATCHED_TYPE
s3:TlsVersion 1: no finding
aws:SourceIp 2001:db8::/32: MISMATCHED_TYPE
aws:SourceIp 192.0.2.0/24: no finding
object of an access point: RESOURCE_MISMATCH' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
