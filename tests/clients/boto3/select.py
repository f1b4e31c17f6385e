"""S3 Select: records as they come, numbers about them, and errors."""

import gzip
import json

from common import client, expect_error

s3 = client()
bucket = "boto3-select"
s3.create_bucket(Bucket=bucket)
lines = "".join(f"{number},{'even' if number % 2 == 0 else 'odd'}\n" for number in range(50_000))
s3.put_object(Bucket=bucket, Key="numbers.csv.gz", Body=gzip.compress(("number,kind\n" + lines).encode()))


def select(key, expression, **more):
    answer = s3.select_object_content(Bucket=bucket, Key=key, Expression=expression, ExpressionType="SQL", **more)
    events = list(answer["Payload"])
    assert "End" in events[-1], events[-1]
    records = b"".join(event["Records"]["Payload"] for event in events if "Records" in event)
    return records.decode(), events[-2]["Stats"]["Details"]


csv = {"CSV": {"FileHeaderInfo": "USE"}, "CompressionType": "GZIP"}
records, stats = select("numbers.csv.gz", "SELECT s.number FROM S3Object s WHERE s.kind = 'odd'",
                        InputSerialization=csv, OutputSerialization={"JSON": {}})
assert [json.loads(line)["number"] for line in records.splitlines()] == [str(n) for n in range(1, 50_000, 2)]
assert stats["BytesProcessed"] == len(lines) + 12 and stats["BytesReturned"] == len(records), stats

records, _ = select("numbers.csv.gz", "SELECT COUNT(*), SUM(CAST(s.number AS INT)) FROM S3Object s",
                    InputSerialization=csv, OutputSerialization={"CSV": {}})
assert records == f"50000,{sum(range(50_000))}\n", records

query = {"InputSerialization": csv, "OutputSerialization": {"CSV": {}}, "ExpressionType": "SQL"}
expect_error("ParseSelectMissingFrom", 400, s3.select_object_content, Bucket=bucket, Key="numbers.csv.gz",
             Expression="SELECT 1", **query)
expect_error("NoSuchKey", 404, s3.select_object_content, Bucket=bucket, Key="none", Expression="SELECT * FROM S3Object",
             **query)
