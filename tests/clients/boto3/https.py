"""Over HTTPS boto3 signs no payload and sends aws-chunked bodies with the checksum as a trailer, streams too."""

import http.client
import os
import ssl
from urllib.parse import urlsplit

from common import ADDRESS, OneWay, client, content, expect_error

s3 = client()
bucket = "boto3-https"
s3.create_bucket(Bucket=bucket)
seen = {}


def note_headers(request, **_):
    seen.update({name.lower(): value for name, value in request.headers.items()})


s3.meta.events.register("before-send.s3.PutObject", note_headers)
for size in (0, 1, 65_536, 1_048_576, 5_000_001):
    body = content("https", size)
    sent = s3.put_object(Bucket=bucket, Key=f"stream-{size}", Body=OneWay(body), ContentLength=size)
    assert seen["x-amz-content-sha256"] == b"STREAMING-UNSIGNED-PAYLOAD-TRAILER", seen
    assert seen["transfer-encoding"] == b"chunked", seen
    stored = s3.get_object(Bucket=bucket, Key=f"stream-{size}", ChecksumMode="ENABLED")
    assert stored["Body"].read() == body, size
    assert stored["ChecksumCRC32"] == sent["ChecksumCRC32"], stored
    assert stored.get("ContentEncoding", "") == "", stored

for algorithm in ("CRC32", "SHA1", "SHA256"):
    body = content(algorithm, 100_000)
    s3.put_object(Bucket=bucket, Key=algorithm, Body=OneWay(body), ContentLength=len(body),
                  ChecksumAlgorithm=algorithm, ContentEncoding="br")
    stored = s3.get_object(Bucket=bucket, Key=algorithm)
    assert (stored["Body"].read(), stored["ContentEncoding"]) == (body, "br"), stored

s3.upload_fileobj(OneWay(content("parts", 12_000_000)), bucket, "parts")
assert s3.get_object(Bucket=bucket, Key="parts")["Body"].read() == content("parts", 12_000_000)
expect_error("NoSuchKey", 404, s3.get_object, Bucket=bucket, Key="none")

# A website keeps the protocol of its visitor.
website = {"RedirectAllRequestsTo": {"HostName": "example.com"}}
s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)
trust = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
connection = http.client.HTTPSConnection(urlsplit(ADDRESS["endpoint_url"]).netloc, context=trust)
connection.request("GET", "/page", headers={"Host": f"{bucket}.s3-website.localhost"})
answer = connection.getresponse()
assert (answer.status, answer.headers["Location"]) == (301, "https://example.com/page")
