"""Forms that a server signs for its users: generate_presigned_post, posted as a browser would."""

import re
from xml.etree import ElementTree

import urllib3
from common import client, content

s3 = client(signature_version="s3v4")
http = urllib3.PoolManager(retries=False)
BUCKET = "boto3-forms"
s3.create_bucket(Bucket=BUCKET)


def post(form, name, data, **more):
    fields = {**form["fields"], **more, "file": (name, data, "text/plain")}
    return http.request("POST", form["url"], fields=fields)


# The type and the status are fields too, and so have to stand in the policy.
form = s3.generate_presigned_post(
    BUCKET,
    "up/${filename}",
    Fields={"Content-Type": "text/plain", "success_action_status": "201", "x-amz-meta-by": "boto3"},
    Conditions=[
        ["starts-with", "$Content-Type", "text/"],
        {"success_action_status": "201"},
        {"x-amz-meta-by": "boto3"},
        ["content-length-range", 1, 2_000_000],
    ],
)
for size in (1, 100_000, 2_000_000):
    data = content(f"form {size}", size)
    answer = post(form, f"{size}.txt", data)
    assert answer.status == 201, answer.data
    document = ElementTree.fromstring(answer.data)
    assert document.find("Key").text == f"up/{size}.txt", answer.data
    found = s3.get_object(Bucket=BUCKET, Key=f"up/{size}.txt")
    assert found["Body"].read() == data
    assert found["ETag"] == document.find("ETag").text == answer.headers["ETag"]
    assert (found["ContentType"], found["Metadata"]) == ("text/plain", {"by": "boto3"})


def refused(answer, status, code):
    found = re.search(rb"<Code>(\w+)</Code>", answer.data)
    assert (answer.status, found and found[1].decode()) == (status, code), answer.data


refused(post(form, "large.txt", content("large", 2_000_001)), 400, "EntityTooLarge")
refused(post(form, "empty.txt", b""), 400, "EntityTooSmall")
refused(post(form, "a.txt", b"a", acl="public-read"), 403, "AccessDenied")
refused(post(form, "a.txt", b"a", **{"Content-Type": "image/png"}), 403, "AccessDenied")
refused(post(form, "a.txt", b"a", policy=form["fields"]["policy"][:-8]), 403, "SignatureDoesNotMatch")
assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 3
