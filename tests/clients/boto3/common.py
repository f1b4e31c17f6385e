"""What the scripts share: a client and a resource for the server under test, and content that can be told apart."""

import hashlib
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ADDRESS = {"endpoint_url": os.environ["HOLDFAST_URL"]}


def client(**config):
    return boto3.client("s3", config=Config(retries={"max_attempts": 0}, **config), **ADDRESS)


def refusal(call, **arguments):
    """The code that a call is refused with, which has to be."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError("was not refused")


def resource():
    return boto3.resource("s3", config=Config(retries={"max_attempts": 0}), **ADDRESS)


def content(seed, size):
    block = b"".join(hashlib.sha256(f"{seed}{i}".encode()).digest() for i in range(1024))
    return (block * (size // len(block) + 1))[:size]


def sha256_of_file(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else (
            hashlib.sha256(file.read()).hexdigest()
        )


class OneWay:
    """A body that cannot seek and does not know its length."""

    def __init__(self, data):
        self.data = data
        self.position = 0

    def read(self, size=-1):
        end = len(self.data) if size is None or size < 0 else self.position + size
        piece = self.data[self.position : end]
        self.position += len(piece)
        return piece


def expect_error(code, status, call, **arguments):
    from botocore.exceptions import ClientError

    try:
        call(**arguments)
    except ClientError as error:
        found = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
        assert found == (code, status), f"expected {code} {status}, got {error.response}"
    else:
        raise AssertionError(f"expected {code}, but the call succeeded")
