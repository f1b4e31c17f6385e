import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from common import BUCKET, ENDPOINT, KEY, REGION, SECRET, content
from pyarrow import fs

scheme, _, host = ENDPOINT.partition("://")
s3 = fs.S3FileSystem(access_key=KEY, secret_key=SECRET, region=REGION, endpoint_override=host, scheme=scheme)
large = content("pyarrow")
with s3.open_output_stream(f"{BUCKET}/pyarrow/large") as stream:
    stream.write(large)
with s3.open_input_file(f"{BUCKET}/pyarrow/large") as file:
    assert file.size() == len(large)
    file.seek(1_000_001)
    assert file.read(10) == large[1_000_001:1_000_011]
    file.seek(0)
    assert file.read() == large
rows = pa.table({"year": [2025, 2025, 2026], "n": [1, 2, 3]})
pq.write_to_dataset(rows, f"{BUCKET}/pyarrow/rows", partition_cols=["year"], filesystem=s3)
read = ds.dataset(f"{BUCKET}/pyarrow/rows", filesystem=s3, partitioning="hive").to_table()
assert sorted(zip(read["year"].to_pylist(), read["n"].to_pylist())) == [(2025, 1), (2025, 2), (2026, 3)]
s3.copy_file(f"{BUCKET}/pyarrow/large", f"{BUCKET}/pyarrow/copy")
s3.move(f"{BUCKET}/pyarrow/copy", f"{BUCKET}/pyarrow/moved")
names = {info.base_name for info in s3.get_file_info(fs.FileSelector(f"{BUCKET}/pyarrow"))}
assert names == {"large", "moved", "rows"}, names
s3.delete_dir(f"{BUCKET}/pyarrow")
assert s3.get_file_info(f"{BUCKET}/pyarrow/large").type == fs.FileType.NotFound
print(pa.__version__)
