#!/bin/sh
# Powertools for AWS Lambda (Python), and who caused an event of S3.
#
# One would expect requestParameters.sourceIPAddress of a parsed event to be the address that the event tells, as a string or as an
# address of the standard library, and S3Event, the other way to read an event that the same package has, to agree.
#
# S3Model of 3.37.0 makes a network of it: 192.0.2.7 becomes IPv4Network('192.0.2.7/32'), which equals neither the string nor the
# address, is not in any network (a network is only a subnet of one), and is written as 192.0.2.7/32 into logs and JSON. For what
# S3 does by itself, a lifecycle rule say, it is the string s3.amazonaws.com. S3Event gives the string as it came.
#
# What follows: sourceIPAddress.network_address where it has one, or S3Event.
#
# Printed:
#   aws-lambda-powertools 3.37.0
#   S3Model: IPv4Network 192.0.2.7/32, the address 192.0.2.7: False, in JSON "192.0.2.7/32"
#   S3Model of a lifecycle rule: str s3.amazonaws.com
#   S3Event: str 192.0.2.7
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check 'aws-lambda-powertools[parser]==3.37.0'
cat >finding.py <<'PY'
import json
from importlib.metadata import version
from ipaddress import ip_address

from aws_lambda_powertools.utilities.data_classes import S3Event
from aws_lambda_powertools.utilities.parser.models import S3Model


def event(name, address):
    return {
        "Records": [
            {
                "eventVersion": "2.5",
                "eventSource": "aws:s3",
                "awsRegion": "us-east-1",
                "eventTime": "2024-01-02T03:04:05.678Z",
                "eventName": name,
                "userIdentity": {"principalId": "AIDAEXAMPLE"},
                "requestParameters": {"sourceIPAddress": address},
                "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "example"},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "all",
                    "bucket": {"name": "photos", "ownerIdentity": {"principalId": "A1EXAMPLE"}, "arn": "arn:aws:s3:::photos"},
                    "object": {"key": "cat.jpg", "size": 3, "eTag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "0055AED6DCD90281E5"},
                },
            }
        ]
    }


put = event("ObjectCreated:Put", "192.0.2.7")
parsed = S3Model.model_validate(put).Records[0].requestParameters
told = parsed.sourceIPAddress
in_json = json.loads(parsed.model_dump_json())["sourceIPAddress"]
print("aws-lambda-powertools", version("aws-lambda-powertools"))
print(f"S3Model: {type(told).__name__} {told}, the address 192.0.2.7: {told == ip_address('192.0.2.7')}, in JSON {json.dumps(in_json)}")
told = S3Model.model_validate(event("LifecycleExpiration:Delete", "s3.amazonaws.com")).Records[0].requestParameters.sourceIPAddress
print(f"S3Model of a lifecycle rule: {type(told).__name__} {told}")
told = next(S3Event(put).records).request_parameters["sourceIPAddress"]
print(f"S3Event: {type(told).__name__} {told}")
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'aws-lambda-powertools 3.37.0
S3Model: IPv4Network 192.0.2.7/32, the address 192.0.2.7: False, in JSON "192.0.2.7/32"
S3Model of a lifecycle rule: str s3.amazonaws.com
S3Event: str 192.0.2.7' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
