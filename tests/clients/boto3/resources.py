"""The resource layer: collections, ObjectSummary.initiate_multipart_upload and what it returns."""

from common import content, resource

s3 = resource()
bucket = s3.create_bucket(Bucket="boto3-resources")
bucket.wait_until_exists()
assert "boto3-resources" in [each.name for each in s3.buckets.all()]
assert bucket.creation_date is not None

# Multipart by hand from a summary.
summary = s3.ObjectSummary("boto3-resources", "parts/by hand + more")
upload = summary.initiate_multipart_upload(Metadata={"made": "by-hand"}, ContentType="text/x-parts")
first, second = content("first", 5 * 1024 * 1024), content("second", 1000)
etags = [
    upload.Part(number).upload(Body=body)["ETag"] for number, body in ((1, first), (2, second))
]
assert [part.part_number for part in upload.parts.all()] == [1, 2]
assert [part.size for part in upload.parts.all()] == [len(first), len(second)]
assert [each.id for each in bucket.multipart_uploads.all()] == [upload.id]
whole = upload.complete(
    MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]}
)
assert whole.key == "parts/by hand + more"
answer = whole.get()
assert answer["Body"].read() == first + second
assert answer["Metadata"] == {"made": "by-hand"}
assert answer["ContentType"] == "text/x-parts"
assert list(bucket.multipart_uploads.all()) == []

# A part that is a range of another object, then an upload given up.
upload = s3.Object("boto3-resources", "copied part").initiate_multipart_upload()
copied = upload.Part(1).copy_from(
    CopySource={"Bucket": "boto3-resources", "Key": "parts/by hand + more"}, CopySourceRange="bytes=100-5242979"
)
upload.complete(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": copied["CopyPartResult"]["ETag"]}]})
assert s3.Object("boto3-resources", "copied part").get()["Body"].read() == (first + second)[100:5242980]
abandoned = s3.Object("boto3-resources", "never").initiate_multipart_upload()
abandoned.Part(1).upload(Body=b"x")
abandoned.abort()
assert list(bucket.multipart_uploads.all()) == []

# Collections that page.
for index in range(25):
    bucket.put_object(Key=f"page/{index:03}", Body=f"{index}".encode())
expected = [f"page/{index:03}" for index in range(25)]
assert [each.key for each in bucket.objects.filter(Prefix="page/").page_size(7)] == expected
assert [each.key for each in bucket.objects.filter(Prefix="page/").limit(3)] == expected[:3]
assert [each.key for each in bucket.objects.filter(Prefix="page/", Marker="page/019")] == expected[20:]
assert [len(page) for page in bucket.objects.filter(Prefix="page/").page_size(10).pages()] == [10, 10, 5]

# One object through its attributes.
thing = s3.Object("boto3-resources", "page/007")
assert (thing.content_length, thing.e_tag) == (1, '"8f14e45fceea167a5a36dedd4bea2543"')
thing.copy_from(CopySource="boto3-resources/page/008")
assert thing.get()["Body"].read() == b"8"
thing.delete()
thing.wait_until_not_exists()

bucket.objects.all().delete()
assert list(bucket.objects.all()) == []
bucket.delete()
bucket.wait_until_not_exists()
