"""What every script needs: where the server is, and bytes that can be told apart."""

import hashlib
import os

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
REGION = os.environ["AWS_REGION"]
KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]
BUCKET = os.environ["TEST_BUCKET"]
LARGE_BYTES = 20_000_003

# As the object_store family (polars, deltalake, lance, obstore) takes it.
STORAGE_OPTIONS = {
    "aws_endpoint": ENDPOINT,
    "aws_region": REGION,
    "aws_access_key_id": KEY,
    "aws_secret_access_key": SECRET,
    "aws_allow_http": "true",
}


def content(name: str, size: int = LARGE_BYTES) -> bytes:
    """The same bytes for the same name, of which no part is like another."""
    return hashlib.shake_256(name.encode()).digest(size)
