import pandas as pd
from common import BUCKET, ENDPOINT, KEY, SECRET

options = {"key": KEY, "secret": SECRET, "client_kwargs": {"endpoint_url": ENDPOINT}}
frame = pd.DataFrame({"n": range(50_000), "text": [f"grüße {n}" for n in range(50_000)]})
for write, read, name in [
    (frame.to_parquet, pd.read_parquet, "table.parquet"),
    (lambda path, **rest: frame.to_csv(path, index=False, **rest), pd.read_csv, "table.csv.gz"),
    (lambda path, **rest: frame.to_json(path, orient="records", **rest), pd.read_json, "table.json"),
]:
    path = f"s3://{BUCKET}/pandas/{name}"
    write(path, storage_options=options)
    pd.testing.assert_frame_equal(read(path, storage_options=options), frame, check_dtype=False)
print(pd.__version__)
