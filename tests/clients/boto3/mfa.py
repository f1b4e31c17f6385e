"""A virtual MFA device, and its codes as a client, a profile with mfa_serial and MFA delete take them."""

import base64
import hashlib
import hmac
import json
import os
import struct
import time

import boto3
import botocore.session

from common import refusal

url = os.environ["HOLDFAST_URL"]
ACCOUNT = "100000000001"


def code_of(seed, steps):
    """Written from RFC 6238."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(seed), counter, hashlib.sha1).digest()
    offset = digest[19] % 16
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] % 2**31) % 10**6:06}"


iam = boto3.client("iam", endpoint_url=url)
iam.create_user(UserName="mona")
key = iam.create_access_key(UserName="mona")["AccessKey"]
keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
statements = [
    {"Effect": "Allow", "Action": ["s3:*", "iam:GetUser"], "Resource": "*", "Condition": with_mfa},
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"},
]
document = json.dumps({"Version": "2012-10-17", "Statement": statements})
iam.put_user_policy(UserName="mona", PolicyName="own", PolicyDocument=document)

device = iam.create_virtual_mfa_device(VirtualMFADeviceName="mona")["VirtualMFADevice"]
serial = device["SerialNumber"]
assert serial == f"arn:aws:iam::{ACCOUNT}:mfa/mona"
assert device["QRCodePNG"].startswith(b"\x89PNG\r\n")
seed = device["Base32StringSeed"]

# Several codes are good at a time, each once: no waiting for the next one.
iam.enable_mfa_device(
    UserName="mona",
    SerialNumber=serial,
    AuthenticationCode1=code_of(seed, -3),
    AuthenticationCode2=code_of(seed, -2),
)
assert [each["SerialNumber"] for each in iam.list_mfa_devices(UserName="mona")["MFADevices"]] == [serial]
# The clock was found to be behind; it is not.
iam.resync_mfa_device(
    UserName="mona",
    SerialNumber=serial,
    AuthenticationCode1=code_of(seed, -2),
    AuthenticationCode2=code_of(seed, -1),
)

sts = boto3.client("sts", endpoint_url=url, **keys)
assert refusal(sts.get_session_token, SerialNumber=serial, TokenCode="000000") == "AccessDenied"
session = sts.get_session_token(SerialNumber=serial, TokenCode=code_of(seed, 0))["Credentials"]
of_session = {
    "aws_access_key_id": session["AccessKeyId"],
    "aws_secret_access_key": session["SecretAccessKey"],
    "aws_session_token": session["SessionToken"],
}
assert refusal(boto3.client("s3", endpoint_url=url, **keys).list_buckets) == "AccessDenied"
boto3.client("s3", endpoint_url=url, **of_session).list_buckets()
assert boto3.client("iam", endpoint_url=url, **of_session).get_user()["User"]["UserName"] == "mona"

# MFA delete, with the root user's own device.
roots = iam.create_virtual_mfa_device(VirtualMFADeviceName="root-account-mfa-device")["VirtualMFADevice"]
iam.enable_mfa_device(
    UserName="main",
    SerialNumber=roots["SerialNumber"],
    AuthenticationCode1=code_of(roots["Base32StringSeed"], -2),
    AuthenticationCode2=code_of(roots["Base32StringSeed"], -1),
)


def shown(steps):
    return f"{roots['SerialNumber']} {code_of(roots['Base32StringSeed'], steps)}"


s3 = boto3.client("s3", endpoint_url=url)
s3.create_bucket(Bucket="with-mfa-delete")
with_delete = {"Status": "Enabled", "MFADelete": "Enabled"}
s3.put_bucket_versioning(Bucket="with-mfa-delete", VersioningConfiguration=with_delete, MFA=shown(0))
version = s3.put_object(Bucket="with-mfa-delete", Key="k", Body=b"")["VersionId"]
assert refusal(s3.delete_object, Bucket="with-mfa-delete", Key="k", VersionId=version) == "AccessDenied"
s3.delete_object(Bucket="with-mfa-delete", Key="k", VersionId=version, MFA=shown(1))

# A profile whose role asks for a code, which botocore asks the user for.
trusts = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole", "Condition": with_mfa}
trust = json.dumps({"Version": "2012-10-17", "Statement": [trusts]})
role = iam.create_role(RoleName="guarded", AssumeRolePolicyDocument=trust)["Role"]
lists = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
allowed = json.dumps({"Version": "2012-10-17", "Statement": [lists]})
iam.put_role_policy(RoleName="guarded", PolicyName="own", PolicyDocument=allowed)
assert refusal(sts.assume_role, RoleArn=role["Arn"], RoleSessionName="bare") == "AccessDenied"
profiles = os.path.join(os.environ["HOME"], "profiles")
with open(profiles, "w") as file:
    file.write(
        f"[profile mona]\naws_access_key_id = {key['AccessKeyId']}\naws_secret_access_key = {key['SecretAccessKey']}\n"
        f"[profile guarded]\nrole_arn = {role['Arn']}\nsource_profile = mona\nmfa_serial = {serial}\n"
    )
for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    del os.environ[name]
os.environ.update(AWS_CONFIG_FILE=profiles, AWS_ENDPOINT_URL=url)
asked = []


def prompter(text):
    asked.append(text)
    return code_of(seed, 1)


core = botocore.session.Session(profile="guarded")
providers = core.get_component("credential_provider")
providers.get_provider("assume-role")._prompter = prompter
boto3.Session(botocore_session=core).client("s3").list_buckets()
assert len(asked) == 1 and serial in asked[0]
