import urllib.request

import s3fs
from common import BUCKET, ENDPOINT, KEY, SECRET, content

s3 = s3fs.S3FileSystem(key=KEY, secret=SECRET, client_kwargs={"endpoint_url": ENDPOINT})
large = content("s3fs")
with s3.open(f"{BUCKET}/s3fs/large", "wb", block_size=6_000_000) as file:
    file.write(large)
with s3.open(f"{BUCKET}/s3fs/large", "rb") as file:
    file.seek(12_345_678)
    assert file.read(100) == large[12_345_678:12_345_778]
assert s3.cat_file(f"{BUCKET}/s3fs/large") == large
s3.pipe({f"{BUCKET}/s3fs/ä b/{name}": name.encode() for name in "xyz"})
assert sorted(s3.find(f"{BUCKET}/s3fs/ä b")) == [f"{BUCKET}/s3fs/ä b/{name}" for name in "xyz"]
s3.mv(f"{BUCKET}/s3fs/ä b/x", f"{BUCKET}/s3fs/moved")
assert s3.cat(f"{BUCKET}/s3fs/moved") == b"x"
with urllib.request.urlopen(s3.sign(f"{BUCKET}/s3fs/moved")) as answer:
    assert answer.read() == b"x"
s3.rm(f"{BUCKET}/s3fs", recursive=True)
s3.invalidate_cache()
assert not s3.exists(f"{BUCKET}/s3fs/large")
print(s3fs.__version__)
