import pyarrow as pa
from common import BUCKET, STORAGE_OPTIONS
from deltalake import DeltaTable, __version__, write_deltalake

uri = f"s3://{BUCKET}/delta table"
# Commits are conditional writes: no lock table beside them.
options = {**STORAGE_OPTIONS, "aws_conditional_put": "etag"}
for day in range(3):
    rows = pa.table({"day": pa.array([day] * 1000, pa.int64()), "n": pa.array(range(1000), pa.int64())})
    write_deltalake(uri, rows, mode="append", partition_by=["day"], storage_options=options)
table = DeltaTable(uri, storage_options=options)
assert table.version() == 2
assert table.to_pyarrow_table().num_rows == 3000
assert DeltaTable(uri, version=0, storage_options=options).to_pyarrow_table().num_rows == 1000
table.delete("day = 1")
table.optimize.compact()
table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
left = DeltaTable(uri, storage_options=options).to_pyarrow_table()
assert sorted(set(left["day"].to_pylist())) == [0, 2] and left.num_rows == 2000
print(__version__)
