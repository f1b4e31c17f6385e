import lance
import pyarrow as pa
from common import BUCKET, STORAGE_OPTIONS

uri = f"s3://{BUCKET}/vectors.lance"
rows = pa.table({"id": pa.array(range(5000)), "text": pa.array([f"row {n}" for n in range(5000)])})
lance.write_dataset(rows, uri, storage_options=STORAGE_OPTIONS)
dataset = lance.dataset(uri, storage_options=STORAGE_OPTIONS)
assert dataset.to_table().equals(rows)
lance.write_dataset(rows, uri, mode="append", storage_options=STORAGE_OPTIONS)
dataset = lance.dataset(uri, storage_options=STORAGE_OPTIONS)
assert dataset.count_rows() == 10_000 and dataset.version == 2
assert dataset.to_table(filter="id = 42").num_rows == 2
assert lance.dataset(uri, version=1, storage_options=STORAGE_OPTIONS).count_rows() == 5000
print(lance.__version__)
