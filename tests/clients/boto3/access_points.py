"""Access points: made by S3 Control, used by ARN, which boto3 makes a host of, and by alias."""

import json
import socket
import urllib.parse

import boto3
from botocore.config import Config
from common import ADDRESS, client, expect_error

addresses_of = socket.getaddrinfo


def addresses_here(host, *rest, **more):
    """Names under localhost need not resolve."""
    return addresses_of("127.0.0.1" if host.endswith(".localhost") else host, *rest, **more)


socket.getaddrinfo = addresses_here
endpoint = f"http://localhost:{urllib.parse.urlsplit(ADDRESS['endpoint_url']).port}"
account = boto3.client("sts", **ADDRESS).get_caller_identity()["Account"]
control = boto3.client("s3control", endpoint_url=endpoint)
by_path = client()
by_host = boto3.client("s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": "virtual"}))
by_path.create_bucket(Bucket="boto3-points")

made = control.create_access_point(AccountId=account, Name="boto3-point", Bucket="boto3-points")
arn, alias = made["AccessPointArn"], made["Alias"]
assert control.get_access_point(AccountId=account, Name="boto3-point")["Bucket"] == "boto3-points"
assert [point["Alias"] for point in control.list_access_points(AccountId=account)["AccessPointList"]] == [alias]

for s3, bucket in ((by_host, arn), (by_host, alias), (by_path, alias)):
    s3.put_object(Bucket=bucket, Key="a/ü b", Body=b"text")
    assert s3.get_object(Bucket=bucket, Key="a/ü b")["Body"].read() == b"text"
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["a/ü b"]
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "a/ü b"})
    assert by_path.get_object(Bucket="boto3-points", Key="copy")["Body"].read() == b"text"
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a/ü b"}, {"Key": "copy"}]})

policy = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn}/object/secret/*"}
    ],
}
control.put_access_point_policy(AccountId=account, Name="boto3-point", Policy=json.dumps(policy))
assert json.loads(control.get_access_point_policy(AccountId=account, Name="boto3-point")["Policy"]) == policy
status = control.get_access_point_policy_status(AccountId=account, Name="boto3-point")
assert status["PolicyStatus"] == {"IsPublic": False}
by_path.put_object(Bucket="boto3-points", Key="secret/a", Body=b"text")
expect_error("AccessDenied", 403, by_host.get_object, Bucket=arn, Key="secret/a")
by_path.get_object(Bucket="boto3-points", Key="secret/a")
control.delete_access_point_policy(AccountId=account, Name="boto3-point")
by_host.get_object(Bucket=arn, Key="secret/a")

url = by_host.generate_presigned_url("get_object", Params={"Bucket": arn, "Key": "secret/a"})
assert urllib.parse.urlsplit(url).hostname == f"boto3-point-{account}.localhost", url
expect_error("BucketNotEmpty", 409, by_path.delete_bucket, Bucket="boto3-points")
by_path.delete_object(Bucket="boto3-points", Key="secret/a")
expect_error("BucketHasAccessPointsAttached", 400, by_path.delete_bucket, Bucket="boto3-points")
control.delete_access_point(AccountId=account, Name="boto3-point")
by_path.delete_bucket(Bucket="boto3-points")
