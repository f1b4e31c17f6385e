"""ObjectAcl and BucketAcl as resources, in all their parameter forms, and policies, ownership and public access."""

import json

from common import client, expect_error, resource

MAIN, OTHER = "1" * 64, "2" * 64
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"

s3 = resource()
low = client()
bucket = s3.create_bucket(Bucket="boto3-acls")
bucket.put_object(Key="key", Body=b"x")


def grants(acl):
    acl.reload()
    assert acl.owner == {"ID": MAIN, "DisplayName": "M. Tester"}
    return [
        (grant["Permission"], grant["Grantee"].get("ID") or grant["Grantee"]["URI"]) for grant in acl.grants
    ]


FULL = ("FULL_CONTROL", MAIN)
for acl in (s3.ObjectAcl("boto3-acls", "key"), s3.BucketAcl("boto3-acls")):
    assert grants(acl) == [FULL]
    # Canned.
    for name, added in {
        "private": [],
        "public-read": [("READ", ALL_USERS)],
        "public-read-write": [("READ", ALL_USERS), ("WRITE", ALL_USERS)],
        "authenticated-read": [("READ", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers")],
    }.items():
        acl.put(ACL=name)
        assert grants(acl) == [FULL, *added], name
    # Grants, one by one and together, by id, group and e-mail.
    for parameter, permission in {
        "GrantFullControl": "FULL_CONTROL",
        "GrantRead": "READ",
        "GrantReadACP": "READ_ACP",
        "GrantWrite": "WRITE",
        "GrantWriteACP": "WRITE_ACP",
    }.items():
        acl.put(**{parameter: f'id="{OTHER}"'})
        assert grants(acl) == [(permission, OTHER)], parameter
    acl.put(GrantRead=f'uri="{ALL_USERS}",emailAddress="other@example.com"', GrantFullControl=f"id={MAIN}")
    assert sorted(grants(acl)) == sorted([FULL, ("READ", ALL_USERS), ("READ", OTHER)])
    # A document, with a checksum of each kind.
    document = {
        "Owner": {"ID": MAIN, "DisplayName": "ignored"},
        "Grants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": MAIN}, "Permission": "FULL_CONTROL"},
            {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ_ACP"},
            {
                "Grantee": {"Type": "AmazonCustomerByEmail", "EmailAddress": "other@example.com"},
                "Permission": "WRITE",
            },
        ],
    }
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        acl.put(AccessControlPolicy=document, ChecksumAlgorithm=algorithm)
        assert grants(acl) == [FULL, ("READ_ACP", ALL_USERS), ("WRITE", OTHER)]
    # What may stand beside each form.
    acl.put(ACL="private", ExpectedBucketOwner="100000000001")
    assert grants(acl) == [FULL]
    expect_error("AccessDenied", 403, acl.put, ACL="private", ExpectedBucketOwner="100000000002")
    expect_error("InvalidRequest", 400, acl.put, ACL="private", GrantRead=f"id={OTHER}")
    expect_error("UnexpectedContent", 400, acl.put, ACL="private", AccessControlPolicy=document)
    expect_error("MissingSecurityHeader", 400, acl.put)
    expect_error("InvalidArgument", 400, acl.put, GrantRead="id=nobody")
    expect_error("UnresolvableGrantByEmailAddress", 400, acl.put, GrantRead="emailAddress=no@example.com")

acl = s3.ObjectAcl("boto3-acls", "key")
acl.put(ACL="public-read", RequestPayer="requester")
assert acl.Object().key == "key"

# The ACL of a version.
bucket.Versioning().enable()
first = bucket.put_object(Key="versioned", Body=b"1").version_id
bucket.put_object(Key="versioned", Body=b"2")
s3.ObjectAcl("boto3-acls", "versioned").put(ACL="public-read", VersionId=first)
assert grants(s3.ObjectAcl("boto3-acls", "versioned")) == [FULL]
shown = low.get_object_acl(Bucket="boto3-acls", Key="versioned", VersionId=first)
assert len(shown["Grants"]) == 2

# Policy, public access, ownership, request payment.
policy = bucket.Policy()
text = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::100000000002:root"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::boto3-acls/*",
            }
        ],
    }
)
policy.put(Policy=text)
policy.reload()
assert policy.policy == text
assert low.get_bucket_policy_status(Bucket="boto3-acls")["PolicyStatus"] == {"IsPublic": False}
policy.delete()
expect_error("NoSuchBucketPolicy", 404, low.get_bucket_policy, Bucket="boto3-acls")
payment = bucket.RequestPayment()
assert payment.payer == "BucketOwner"
payment.put(RequestPaymentConfiguration={"Payer": "Requester"})
payment.reload()
assert payment.payer == "Requester"
low.put_public_access_block(
    Bucket="boto3-acls", PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": True}
)
expect_error("AccessDenied", 403, acl.put, ACL="public-read")
low.delete_public_access_block(Bucket="boto3-acls")
low.put_bucket_ownership_controls(
    Bucket="boto3-acls", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
)
expect_error("AccessControlListNotSupported", 400, acl.put, ACL="private")
low.delete_bucket_ownership_controls(Bucket="boto3-acls")
