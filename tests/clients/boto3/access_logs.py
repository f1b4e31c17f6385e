"""BucketLogging as a resource and by the client, and log objects with what was asked."""

import json
import time

from common import client, expect_error, resource

OTHER = "2" * 64

s3 = resource()
low = client()
s3.create_bucket(Bucket="boto3-logs", ObjectOwnership="ObjectWriter")
logging = s3.create_bucket(Bucket="boto3-logged").Logging()
assert logging.logging_enabled is None

target = {"TargetBucket": "boto3-logs", "TargetPrefix": "logged/"}
refused = {"BucketLoggingStatus": {"LoggingEnabled": target}}
expect_error("InvalidTargetBucketForLogging", 400, logging.put, **refused)
statement = {
    "Effect": "Allow",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::boto3-logs/logged/*",
    "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::boto3-logged"}},
}
s3.BucketPolicy("boto3-logs").put(Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
whole = {
    **target,
    "TargetGrants": [{"Grantee": {"Type": "CanonicalUser", "ID": OTHER}, "Permission": "READ"}],
    "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
}
logging.put(BucketLoggingStatus={"LoggingEnabled": whole})
logging.reload()
shown = logging.logging_enabled
del shown["TargetGrants"][0]["Grantee"]["DisplayName"]
assert shown == whole, shown

low.put_object(Bucket="boto3-logged", Key="a key", Body=b"x")
deadline = time.monotonic() + 20
puts = []
while not puts and time.monotonic() < deadline:
    logs = list(s3.Bucket("boto3-logs").objects.filter(Prefix="logged/"))
    lines = [line for log in logs for line in log.get()["Body"].read().decode().splitlines()]
    puts = [line for line in lines if " REST.PUT.OBJECT a%2520key " in line]
assert len(puts) == 1 and "Boto3/" in puts[0], puts
assert all(log.key.startswith("logged/100000000001/us-east-1/boto3-logged/") for log in logs), logs

low.put_bucket_logging(Bucket="boto3-logged", BucketLoggingStatus={})
assert "LoggingEnabled" not in low.get_bucket_logging(Bucket="boto3-logged")
