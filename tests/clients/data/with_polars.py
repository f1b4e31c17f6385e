import polars as pl
from common import BUCKET, STORAGE_OPTIONS

path = f"s3://{BUCKET}/polars/a b/table.parquet"
frame = pl.DataFrame({"n": range(200_000), "text": [f"grüße {n}" for n in range(200_000)]})
frame.write_parquet(path, storage_options=STORAGE_OPTIONS)
assert pl.read_parquet(path, storage_options=STORAGE_OPTIONS).equals(frame)
some = pl.scan_parquet(f"s3://{BUCKET}/polars/**/*.parquet", storage_options=STORAGE_OPTIONS).filter(pl.col("n") == 777).collect()
assert some.rows() == [(777, "grüße 777")], some
csv = f"s3://{BUCKET}/polars/table.csv"
frame.head(1000).write_csv(csv, storage_options=STORAGE_OPTIONS)
assert pl.scan_csv(csv, storage_options=STORAGE_OPTIONS).collect().equals(frame.head(1000))
print(pl.__version__)
