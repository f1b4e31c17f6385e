"""Websites: the client, the resource, and what a visitor without credentials gets."""

import json
import urllib.error
import urllib.request

from common import ADDRESS, client, expect_error, resource

s3 = client()
bucket = resource().create_bucket(Bucket="boto3-website")
expect_error("NoSuchWebsiteConfiguration", 404, s3.get_bucket_website, Bucket=bucket.name)

configuration = {
    "IndexDocument": {"Suffix": "index.html"},
    "ErrorDocument": {"Key": "error.html"},
    "RoutingRules": [
        {
            "Condition": {"KeyPrefixEquals": "docs/"},
            "Redirect": {"ReplaceKeyPrefixWith": "documents/", "HttpRedirectCode": "302"},
        }
    ],
}
s3.put_bucket_website(Bucket=bucket.name, WebsiteConfiguration=configuration)
found = s3.get_bucket_website(Bucket=bucket.name)
assert {name: found[name] for name in configuration} == configuration
for mistake in ({"ErrorDocument": {"Key": "e"}}, {"IndexDocument": {"Suffix": "a/b"}}):
    expect_error(
        "InvalidArgument", 400, s3.put_bucket_website, Bucket=bucket.name, WebsiteConfiguration=mistake
    )

s3.delete_public_access_block(Bucket=bucket.name)
statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::boto3-website/*"}
s3.put_bucket_policy(Bucket=bucket.name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
for key in ("index.html", "error.html", "documents/index.html"):
    bucket.put_object(Key=key, Body=f"this is {key}".encode(), ContentType="text/html")


def visit(path):
    """Status, Location and page. Names under localhost need not resolve here: the host is a header."""
    host = "boto3-website.s3-website-us-east-1.localhost"
    request = urllib.request.Request(ADDRESS["endpoint_url"] + path, headers={"Host": host})
    try:
        answer = urllib.request.build_opener(Here).open(request)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers.get("Location"), answer.read().decode()


class Here(urllib.request.HTTPRedirectHandler):
    """Tells of redirections in place of following them."""

    def redirect_request(self, *_):
        return None


assert visit("/") == (200, None, "this is index.html")
assert visit("/documents/") == (200, None, "this is documents/index.html")
assert visit("/absent") == (403, None, "this is error.html")
assert visit("/documents")[:2] == (302, "/documents/")
here = "http://boto3-website.s3-website-us-east-1.localhost"
assert visit("/docs/x")[:2] == (302, f"{here}/documents/x")

website = bucket.Website()
assert website.index_document == {"Suffix": "index.html"}
website.put(WebsiteConfiguration={"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "https"}})
assert visit("/any?thing=1")[:2] == (301, "https://example.com/any?thing=1")
website.delete()
expect_error("NoSuchWebsiteConfiguration", 404, s3.get_bucket_website, Bucket=bucket.name)
assert visit("/")[0] == 404
