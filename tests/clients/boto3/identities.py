"""IAM as a client and as resources, and sessions of STS as a program and as profiles take them."""

import json
import os
import urllib.request

import boto3
from botocore.config import Config

from common import refusal

url = os.environ["HOLDFAST_URL"]
ACCOUNT = "100000000001"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def s3_of(credentials, **config):
    return boto3.client(
        "s3",
        endpoint_url=url,
        config=Config(**config),
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
    )


boto3.client("s3", endpoint_url=url).create_bucket(Bucket="identities")

# The resources of IAM.
iam = boto3.resource("iam", endpoint_url=url)
user = iam.create_user(UserName="jane", Path="/team/", Tags=[{"Key": "site", "Value": "here"}])
assert user.arn == f"arn:aws:iam::{ACCOUNT}:user/team/jane" and user.create_date.year >= 2024
user.load()
assert user.tags == [{"Key": "site", "Value": "here"}]
assert [each.name for each in iam.users.filter(PathPrefix="/team/")] == ["jane"]

lists = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::identities"}
assumes = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::{ACCOUNT}:role/writer"}
policy = user.create_policy(PolicyName="own", PolicyDocument=document(lists, assumes))
assert policy.policy_document["Statement"] == [lists, assumes]
assert [each.name for each in user.policies.all()] == ["own"]

pair = user.create_access_key_pair()
janes = {"AccessKeyId": pair.id, "SecretAccessKey": pair.secret}
s3 = s3_of(janes)
assert s3.list_objects_v2(Bucket="identities")["KeyCount"] == 0
assert refusal(s3.put_object, Bucket="identities", Key="k", Body=b"") == "AccessDenied"

group = iam.create_group(GroupName="writers")
puts = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::identities/from-group/*"}
group.create_policy(PolicyName="puts", PolicyDocument=document(puts))
group.add_user(UserName="jane")
assert [each.name for each in user.groups.all()] == ["writers"]
s3.put_object(Bucket="identities", Key="from-group/k", Body=b"by her group")

# A policy of the account's own, its versions, and a boundary.
managed = iam.create_policy(PolicyName="gets", Path="/team/", PolicyDocument=document(lists))
assert managed.arn == f"arn:aws:iam::{ACCOUNT}:policy/team/gets" and managed.default_version_id == "v1"
managed.attach_user(UserName="jane")
managed.load()
assert managed.attachment_count == 1 and [each.name for each in managed.attached_users.all()] == ["jane"]
assert refusal(s3.get_object, Bucket="identities", Key="from-group/k") == "AccessDenied"
gets = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::identities/*"}
second = managed.create_version(PolicyDocument=document(gets))
assert second.version_id == "v2" and not second.is_default_version
second.set_as_default()
assert s3.get_object(Bucket="identities", Key="from-group/k")["Body"].read() == b"by her group"
boundary = {"UserName": "jane", "PermissionsBoundary": managed.arn}
iam.meta.client.put_user_permissions_boundary(**boundary)
assert refusal(s3.put_object, Bucket="identities", Key="from-group/k", Body=b"") == "AccessDenied"
iam.meta.client.delete_user_permissions_boundary(UserName="jane")
managed.detach_user(UserName="jane")
for version in managed.versions.all():
    if not version.is_default_version:
        version.delete()
managed.delete()
assert list(iam.policies.filter(Scope="Local")) == []
assert iam.AccountSummary().summary_map["Users"] == 1

# A role, for the user alone.
trusts = {"Effect": "Allow", "Principal": {"AWS": user.arn}, "Action": "sts:AssumeRole"}
role = iam.create_role(RoleName="writer", AssumeRolePolicyDocument=document(trusts))
assert role.assume_role_policy_document["Statement"] == [trusts]
everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
role.Policy("all").put(PolicyDocument=document(everything))

sts = boto3.client("sts", endpoint_url=url, aws_access_key_id=pair.id, aws_secret_access_key=pair.secret)
assert sts.get_caller_identity()["Arn"] == user.arn
narrow = document({**everything, "Action": "s3:PutObject"})
session = sts.assume_role(RoleArn=role.arn, RoleSessionName="boto3", Policy=narrow)
assert session["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/writer/boto3"
as_role = s3_of(session["Credentials"])
as_role.put_object(Bucket="identities", Key="by-role", Body=b"by its session")
assert refusal(as_role.get_object, Bucket="identities", Key="by-role") == "AccessDenied"
assert refusal(sts.assume_role, RoleArn=f"{role.arn}s", RoleSessionName="boto3") == "AccessDenied"

own = s3_of(sts.get_session_token(DurationSeconds=900)["Credentials"])
assert own.list_objects_v2(Bucket="identities")["KeyCount"] == 2

# A presigned URL carries the session with it, with Version 2 and with Version 4.
whole = sts.assume_role(RoleArn=role.arn, RoleSessionName="boto3")["Credentials"]
for version in ("s3", "s3v4"):
    signer = s3_of(whole, signature_version=version)
    signed = signer.generate_presigned_url("get_object", Params={"Bucket": "identities", "Key": "by-role"})
    assert "x-amz-security-token=" in signed.lower()
    with urllib.request.urlopen(signed) as answer:
        assert answer.read() == b"by its session"

# Which services the user and the role used last.
client = iam.meta.client


def last_accessed(arn, granularity="SERVICE_LEVEL"):
    job = client.generate_service_last_accessed_details(Arn=arn, Granularity=granularity)["JobId"]
    report = client.get_service_last_accessed_details(JobId=job)
    assert (report["JobStatus"], report["JobType"]) == ("COMPLETED", granularity)
    return job, report["ServicesLastAccessed"]


_, services = last_accessed(user.arn)
assert [(each["ServiceNamespace"], each["LastAuthenticatedEntity"]) for each in services] == [
    ("s3", user.arn),
    ("sts", user.arn),
]
assert services[0]["LastAuthenticated"].year >= 2024 and services[0]["TotalAuthenticatedEntities"] == 1
job, services = last_accessed(role.arn, "ACTION_LEVEL")
assert {"ActionName": "CreateBucket"} in services[0]["TrackedActionsLastAccessed"]
entities = client.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="s3")
assert [each["EntityInfo"]["Arn"] for each in entities["EntityDetailsList"]] == [role.arn]
assert refusal(client.generate_service_last_accessed_details, Arn=f"{user.arn}s") == "NoSuchEntity"

# A profile that assumes the role by itself.
profiles = os.path.join(os.environ["HOME"], "profiles")
with open(profiles, "w") as file:
    file.write(
        f"[profile jane]\naws_access_key_id = {pair.id}\naws_secret_access_key = {pair.secret}\n"
        f"[profile writer]\nrole_arn = {role.arn}\nsource_profile = jane\nrole_session_name = by-profile\n"
    )
for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    del os.environ[name]
os.environ.update(AWS_CONFIG_FILE=profiles, AWS_ENDPOINT_URL=url)
profile = boto3.Session(profile_name="writer")
arn = profile.client("sts").get_caller_identity()["Arn"]
assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/writer/by-profile"
assert profile.client("s3").get_object(Bucket="identities", Key="by-role")["Body"].read() == b"by its session"

# What is taken back holds at once, for the session as well.
role.Policy("all").delete()
assert refusal(profile.client("s3").get_object, Bucket="identities", Key="by-role") == "AccessDenied"
pair.deactivate()
assert refusal(s3.list_objects_v2, Bucket="identities") == "InvalidAccessKeyId"
