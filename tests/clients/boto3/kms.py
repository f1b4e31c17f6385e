"""The key service: keys of all uses, data keys, grants, re-encryption, refusals and pages."""

import hashlib
import os

import boto3

from common import refusal

kms = boto3.client("kms", endpoint_url=os.environ["HOLDFAST_URL"])


metadata = kms.create_key(Description="from boto3")["KeyMetadata"]
key, arn = metadata["KeyId"], metadata["Arn"]
assert metadata["KeyState"] == "Enabled" and metadata["CreationDate"].year >= 2024

context = {"object": "kniha účtů"}
data_key = kms.generate_data_key(KeyId=arn, KeySpec="AES_256", EncryptionContext=context)
assert len(data_key["Plaintext"]) == 32
opened = kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"], EncryptionContext=context)
assert opened["Plaintext"] == data_key["Plaintext"] and opened["KeyId"] == arn
assert refusal(kms.decrypt, CiphertextBlob=data_key["CiphertextBlob"]) == "InvalidCiphertextException"

other = kms.create_key()["KeyMetadata"]["KeyId"]
moved = kms.re_encrypt(
    CiphertextBlob=data_key["CiphertextBlob"],
    SourceEncryptionContext=context,
    DestinationKeyId=other,
)
assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == data_key["Plaintext"]

grant = kms.create_grant(
    KeyId=key,
    GranteePrincipal="arn:aws:iam::100000000002:root",
    Operations=["Decrypt"],
    Constraints={"EncryptionContextSubset": context},
)
(listed,) = kms.list_grants(KeyId=key)["Grants"]
assert listed["GrantId"] == grant["GrantId"]
assert listed["Constraints"] == {"EncryptionContextSubset": context}
kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])

kms.disable_key(KeyId=key)
assert refusal(kms.encrypt, KeyId=key, Plaintext=b"x") == "DisabledException"
assert refusal(kms.encrypt, KeyId="alias/none", Plaintext=b"x") == "NotFoundException"
assert refusal(kms.create_alias, AliasName="alias/aws/x", TargetKeyId=key) == "InvalidAliasNameException"
assert len(kms.generate_random(NumberOfBytes=16)["Plaintext"]) == 16

pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1})
assert {key, other} <= {entry["KeyId"] for page in pages for entry in page["Keys"]}


def made(spec, usage):
    return kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]


for spec, algorithm in [("RSA_2048", "RSASSA_PSS_SHA_256"), ("ECC_NIST_P256", "ECDSA_SHA_256")]:
    asked = {"KeyId": made(spec, "SIGN_VERIFY"), "SigningAlgorithm": algorithm}
    signature = kms.sign(Message=b"message", **asked)["Signature"]
    digest = {"Message": hashlib.sha256(b"message").digest(), "MessageType": "DIGEST"}
    assert kms.verify(Signature=signature, **digest, **asked)["SignatureValid"]
    assert refusal(kms.verify, Signature=signature, Message=b"x", **asked) == "KMSInvalidSignatureException"

asked = {"KeyId": made("HMAC_256", "GENERATE_VERIFY_MAC"), "MacAlgorithm": "HMAC_SHA_256"}
mac = kms.generate_mac(Message=b"message", **asked)["Mac"]
assert kms.verify_mac(Message=b"message", Mac=mac, **asked)["MacValid"]
assert refusal(kms.verify_mac, Message=b"x", Mac=mac, **asked) == "KMSInvalidMacException"

asked = {"KeyId": made("RSA_2048", "ENCRYPT_DECRYPT"), "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
sealed = kms.encrypt(Plaintext=b"message", **asked)["CiphertextBlob"]
assert kms.decrypt(CiphertextBlob=sealed, **asked)["Plaintext"] == b"message"
assert kms.get_public_key(KeyId=asked["KeyId"])["KeySpec"] == "RSA_2048"

pair = kms.generate_data_key_pair(KeyId=other, KeyPairSpec="ECC_NIST_P256")
assert kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])["Plaintext"] == pair["PrivateKeyPlaintext"]

# Imported material. Wrapping it takes a package that is not everybody's: openssl did it for the command line.
external = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
assert external["KeyState"] == "PendingImport" and external["Origin"] == "EXTERNAL"
wrapping = kms.get_parameters_for_import(
    KeyId=external["KeyId"], WrappingAlgorithm="RSA_AES_KEY_WRAP_SHA_256", WrappingKeySpec="RSA_2048"
)
assert wrapping["ParametersValidTo"].tzinfo and len(wrapping["PublicKey"]) == 294
imported = {
    "KeyId": external["KeyId"],
    "ImportToken": wrapping["ImportToken"],
    "EncryptedKeyMaterial": b"not wrapped",
    "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
}
assert refusal(kms.import_key_material, **imported) == "InvalidCiphertextException"
assert refusal(kms.import_key_material, **imported | {"ImportToken": b"none"}) == "InvalidImportTokenException"
assert refusal(kms.encrypt, KeyId=external["KeyId"], Plaintext=b"x") == "KMSInvalidStateException"
assert kms.delete_imported_key_material(KeyId=external["KeyId"])["KeyId"] == external["Arn"]
