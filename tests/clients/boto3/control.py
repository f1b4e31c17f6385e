"""S3 Control: tags of buckets, the public access block of an account. The account id stands in front of the host."""

import socket
import urllib.parse

import boto3
from common import ADDRESS, client, expect_error

addresses_of = socket.getaddrinfo


def addresses_here(host, *rest, **more):
    """Names under localhost need not resolve."""
    return addresses_of("127.0.0.1" if host.endswith(".localhost") else host, *rest, **more)


socket.getaddrinfo = addresses_here
port = urllib.parse.urlsplit(ADDRESS["endpoint_url"]).port
account = boto3.client("sts", **ADDRESS).get_caller_identity()["Account"]
control = boto3.client("s3control", endpoint_url=f"http://localhost:{port}")
client().create_bucket(Bucket="boto3-control")
arn = "arn:aws:s3:::boto3-control"

control.tag_resource(AccountId=account, ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}])
control.untag_resource(AccountId=account, ResourceArn=arn, TagKeys=["a"])
assert control.list_tags_for_resource(AccountId=account, ResourceArn=arn)["Tags"] == [{"Key": "c", "Value": "d"}]
expect_error("NoSuchBucket", 404, control.list_tags_for_resource, AccountId=account, ResourceArn="arn:aws:s3:::no-such")
expect_error("AccessDenied", 403, control.list_tags_for_resource, AccountId="999999999999", ResourceArn=arn)

expect_error("NoSuchPublicAccessBlockConfiguration", 404, control.get_public_access_block, AccountId=account)
block = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": False,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": False,
}
control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=block)
assert control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"] == block
control.delete_public_access_block(AccountId=account)
expect_error("NoSuchPublicAccessBlockConfiguration", 404, control.get_public_access_block, AccountId=account)
assert control.list_jobs(AccountId=account)["Jobs"] == []
expect_error("NotFoundException", 400, control.describe_job, AccountId=account, JobId="no-such-job")
expect_error("NotImplemented", 501, control.list_storage_lens_configurations, AccountId=account)
