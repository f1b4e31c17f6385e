import obstore
from common import BUCKET, ENDPOINT, KEY, REGION, SECRET, content
from obstore.exceptions import AlreadyExistsError, PreconditionError
from obstore.store import S3Store

store = S3Store(
    BUCKET,
    prefix="obstore",
    endpoint=ENDPOINT,
    region=REGION,
    access_key_id=KEY,
    secret_access_key=SECRET,
    client_options={"allow_http": True},
)
large = content("obstore")
obstore.put(store, "large", large, chunk_size=6_000_000)
assert bytes(obstore.get(store, "large").bytes()) == large
assert bytes(obstore.get_range(store, "large", start=7, end=1007)) == large[7:1007]
parts = obstore.get_ranges(store, "large", starts=[0, 10_000_000], ends=[5, 10_000_009])
assert [bytes(part) for part in parts] == [large[:5], large[10_000_000:10_000_009]]
first = obstore.put(store, "ä b/c+d", b"one", mode="create")
try:
    obstore.put(store, "ä b/c+d", b"two", mode="create")
    raise AssertionError("the object was there")
except AlreadyExistsError:
    pass
obstore.put(store, "ä b/c+d", b"two", mode={"e_tag": first["e_tag"]})
try:
    obstore.put(store, "ä b/c+d", b"three", mode={"e_tag": first["e_tag"]})
    raise AssertionError("the object has changed")
except PreconditionError:
    pass
obstore.copy(store, "ä b/c+d", "copy")
listed = sorted(meta["path"] for page in obstore.list(store) for meta in page)
assert listed == ["copy", "large", "ä b/c+d"], listed
obstore.delete(store, listed)
assert [meta for page in obstore.list(store) for meta in page] == []
print(obstore.__version__)
