"""Replication as boto3 sets it up: a role that S3 may assume, a rule, replicas, and waiting for them."""

import json
import time

import boto3

from common import ADDRESS, client, expect_error

SOURCE, DESTINATION = "boto3-replicated", "boto3-replicas"

s3 = client()
iam = boto3.client("iam", **ADDRESS)


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


for bucket in (SOURCE, DESTINATION):
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

trust = document(Principal={"Service": "s3.amazonaws.com"}, Action="sts:AssumeRole")
role = iam.create_role(RoleName="boto3-replication", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
iam.put_role_policy(
    RoleName="boto3-replication",
    PolicyName="own",
    PolicyDocument=document(Action="s3:*", Resource=["arn:aws:s3:::boto3-*"]),
)

expect_error("ReplicationConfigurationNotFoundError", 404, s3.get_bucket_replication, Bucket=SOURCE)
rule = {
    "ID": "all",
    "Priority": 1,
    "Status": "Enabled",
    "Filter": {"And": {"Prefix": "kept/", "Tags": [{"Key": "kind", "Value": "photo"}]}},
    "DeleteMarkerReplication": {"Status": "Disabled"},
    "Destination": {"Bucket": f"arn:aws:s3:::{DESTINATION}", "StorageClass": "STANDARD_IA"},
}
configuration = {"Role": role, "Rules": [rule]}
s3.put_bucket_replication(Bucket=SOURCE, ReplicationConfiguration=configuration)
assert s3.get_bucket_replication(Bucket=SOURCE)["ReplicationConfiguration"] == configuration

expect_error(
    "InvalidRequest",
    400,
    s3.put_bucket_replication,
    Bucket=SOURCE,
    ReplicationConfiguration={**configuration, "Rules": [rule, {**rule, "ID": "again"}]},
)

version = s3.put_object(Bucket=SOURCE, Key="kept/a", Body=b"a photo", Tagging="kind=photo")["VersionId"]
s3.put_object(Bucket=SOURCE, Key="kept/b", Body=b"a letter", Tagging="kind=letter")
deadline = time.monotonic() + 20
while s3.head_object(Bucket=SOURCE, Key="kept/a")["ReplicationStatus"] == "PENDING":
    assert time.monotonic() < deadline
    time.sleep(0.05)
assert s3.head_object(Bucket=SOURCE, Key="kept/a")["ReplicationStatus"] == "COMPLETED"
assert "ReplicationStatus" not in s3.head_object(Bucket=SOURCE, Key="kept/b")

replica = s3.get_object(Bucket=DESTINATION, Key="kept/a", VersionId=version)
assert replica["Body"].read() == b"a photo"
assert (replica["ReplicationStatus"], replica["StorageClass"]) == ("REPLICA", "STANDARD_IA"), replica
assert [item["Key"] for item in s3.list_objects_v2(Bucket=DESTINATION)["Contents"]] == ["kept/a"]

s3.delete_bucket_replication(Bucket=SOURCE)
expect_error("ReplicationConfigurationNotFoundError", 404, s3.get_bucket_replication, Bucket=SOURCE)
