import io
import urllib.request
from datetime import timedelta

from common import BUCKET, ENDPOINT, KEY, REGION, SECRET, content
from minio import Minio, __version__
from minio.commonconfig import ComposeSource, CopySource, Tags
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.select import CSVInputSerialization, CSVOutputSerialization, SelectRequest

scheme, _, host = ENDPOINT.partition("://")
client = Minio(host, access_key=KEY, secret_key=SECRET, secure=scheme == "https", region=REGION)
assert client.bucket_exists(BUCKET)
large = content("minio")
client.put_object(BUCKET, "minio/large", io.BytesIO(large), -1, part_size=6_000_000, metadata={"x": "y"})
with client.get_object(BUCKET, "minio/large") as answer:
    assert answer.read() == large
assert client.stat_object(BUCKET, "minio/large").metadata["x-amz-meta-x"] == "y"
client.copy_object(BUCKET, "minio/ä b", CopySource(BUCKET, "minio/large", offset=5, length=100))
with client.get_object(BUCKET, "minio/ä b") as answer:
    assert answer.read() == large[5:105]
client.compose_object(BUCKET, "minio/both", [ComposeSource(BUCKET, "minio/large"), ComposeSource(BUCKET, "minio/large")])
assert client.stat_object(BUCKET, "minio/both").size == 2 * len(large)
tags = Tags.new_object_tags()
tags["a"] = "b"
client.set_object_tags(BUCKET, "minio/ä b", tags)
assert client.get_object_tags(BUCKET, "minio/ä b") == {"a": "b"}
url = client.presigned_get_object(BUCKET, "minio/ä b", expires=timedelta(minutes=1))
with urllib.request.urlopen(url) as answer:
    assert answer.read() == large[5:105]
client.put_object(BUCKET, "minio/numbers.csv", io.BytesIO(b"a,b\n1,x\n22,y\n"), 13)
request = SelectRequest(
    "SELECT s.b FROM S3Object s WHERE CAST(s.a AS INT) > 9",
    CSVInputSerialization(file_header_info="USE"),
    CSVOutputSerialization(),
    request_progress=True,
)
with client.select_object_content(BUCKET, "minio/numbers.csv", request) as answer:
    assert b"".join(answer.stream()) == b"y\n"
    assert answer.stats().bytes_scanned == "13", answer.stats().bytes_scanned
client.remove_object(BUCKET, "minio/numbers.csv")
names = [item.object_name for item in client.list_objects(BUCKET, prefix="minio/", recursive=True)]
assert names == ["minio/both", "minio/large", "minio/ä b"], names
assert list(client.remove_objects(BUCKET, [DeleteObject(name) for name in names])) == []
try:
    client.stat_object(BUCKET, "minio/large")
    raise AssertionError("the object is gone")
except S3Error as error:
    assert error.code == "NoSuchKey", error
print(__version__)
