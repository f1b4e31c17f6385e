#!/bin/sh
# Powertools for AWS Lambda (Python), and the key in an event that S3 sends by way of EventBridge.
#
# One would expect detail.object.key of S3EventBridgeNotificationEvent to be the key of the object. EventBridge has it there as it is, unlike
# a notification of S3, where it is form-encoded (a space as +, a plus as %2B).
#
# The class of aws-lambda-powertools 3.37.0 decodes it all the same: a+b.txt becomes "a b.txt", and 50%25.txt, which is a name of its own,
# becomes 50%.txt. What follows asks for another object: it reads or deletes that one if it is there, or says that nothing is. The parser's
# model for the same event, S3EventNotificationEventBridgeModel, leaves the key alone.
#
# What follows: event["detail"]["object"]["key"], or the parser's model. For notifications of S3 (S3Event), where keys are encoded, the class is right.
#
# Printed:
#   aws-lambda-powertools 3.37.0
#   a+b.txt: data class "a b.txt", parser "a+b.txt"
#   50%25.txt: data class "50%.txt", parser "50%25.txt"
#   a b.txt: data class "a b.txt", parser "a b.txt"
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check 'aws-lambda-powertools[parser]==3.37.0'
cat >finding.py <<'PY'
from importlib.metadata import version

from aws_lambda_powertools.utilities.data_classes import S3EventBridgeNotificationEvent
from aws_lambda_powertools.utilities.parser.models import S3EventNotificationEventBridgeModel


def event(key):
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2024-01-02T03:04:05Z",
        "region": "us-east-1",
        "resources": ["arn:aws:s3:::notes"],
        "detail": {
            "version": "0",
            "bucket": {"name": "notes"},
            "object": {"key": key, "size": 1, "etag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "00617F08299329D189"},
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "111122223333",
            "source-ip-address": "192.0.2.7",
            "reason": "PutObject",
        },
    }


print("aws-lambda-powertools", version("aws-lambda-powertools"))
for key in ("a+b.txt", "50%25.txt", "a b.txt"):
    told = S3EventBridgeNotificationEvent(event(key)).detail.object.key
    parsed = S3EventNotificationEventBridgeModel.model_validate(event(key)).detail.object.key
    print(f'{key}: data class "{told}", parser "{parsed}"')
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'aws-lambda-powertools 3.37.0
a+b.txt: data class "a b.txt", parser "a+b.txt"
50%25.txt: data class "50%.txt", parser "50%25.txt"
a b.txt: data class "a b.txt", parser "a b.txt"' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
