"""Prints what boto3's S3 resources are, from the definitions and the model that it ships, as one JSON document."""

import json
import os

import boto3
import botocore.session
from botocore import xform_name

FOLDER = os.path.join(os.path.dirname(boto3.__file__), "data", "s3", "2006-03-01")

with open(os.path.join(FOLDER, "resources-1.json"), encoding="utf-8") as file:
    definitions = json.load(file)
model = botocore.session.get_session().get_service_model("s3")


def named(members):
    return {xform_name(name): definition for name, definition in (members or {}).items()}


def attributes(definition):
    identifiers = {identifier["name"] for identifier in definition.get("identifiers", [])}
    shape = model.shape_for(definition["shape"]) if "shape" in definition else None
    members = shape.members if shape else {}
    return {xform_name(name): name for name in members if name not in identifiers}


def public_members(resource_class):
    """All that a user can reach, what boto3 adds by hand included."""
    return sorted(name for name in dir(resource_class) if not name.startswith("_"))


def example(service, name, definition):
    if name == "ServiceResource":
        return service
    values = [1 if identifier["name"] == "PartNumber" else "x" for identifier in definition["identifiers"]]
    return getattr(service, name)(*values)


def described(service, name, definition):
    return {
        "identifiers": [xform_name(identifier["name"]) for identifier in definition.get("identifiers", [])],
        "attributes": attributes(definition),
        "load": definition.get("load"),
        "actions": named(definition.get("actions")),
        "batchActions": named(definition.get("batchActions")),
        "collections": named(definition.get("hasMany")),
        "subResources": sorted(definition.get("has", {})),
        "waiters": {f"wait_until_{xform_name(key)}": value for key, value in definition.get("waiters", {}).items()},
        "members": public_members(example(service, name, definition)),
    }


service = boto3.resource(
    "s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x", endpoint_url="http://127.0.0.1:9"
)
everything = {"ServiceResource": definitions["service"], **definitions["resources"]}
print(
    json.dumps(
        {
            "boto3": boto3.__version__,
            "resources": {name: described(service, name, value) for name, value in everything.items()},
        },
        indent=1,
    )
)
