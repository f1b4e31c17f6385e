import { CreateAlias } from './operations/aliases/CreateAlias.ts'
import { DeleteAlias } from './operations/aliases/DeleteAlias.ts'
import { ListAliases } from './operations/aliases/ListAliases.ts'
import { UpdateAlias } from './operations/aliases/UpdateAlias.ts'
import { Decapsulate } from './operations/cryptography/Decapsulate.ts'
import { Decrypt } from './operations/cryptography/Decrypt.ts'
import { DeriveSharedSecret } from './operations/cryptography/DeriveSharedSecret.ts'
import { Encapsulate } from './operations/cryptography/Encapsulate.ts'
import { Encrypt } from './operations/cryptography/Encrypt.ts'
import { GenerateDataKey } from './operations/cryptography/GenerateDataKey.ts'
import { GenerateDataKeyPair } from './operations/cryptography/GenerateDataKeyPair.ts'
import { GenerateDataKeyPairWithoutPlaintext } from './operations/cryptography/GenerateDataKeyPairWithoutPlaintext.ts'
import { GenerateDataKeyWithoutPlaintext } from './operations/cryptography/GenerateDataKeyWithoutPlaintext.ts'
import { GenerateMac } from './operations/cryptography/GenerateMac.ts'
import { GenerateRandom } from './operations/cryptography/GenerateRandom.ts'
import { GetPublicKey } from './operations/cryptography/GetPublicKey.ts'
import { ReEncrypt } from './operations/cryptography/ReEncrypt.ts'
import { Sign } from './operations/cryptography/Sign.ts'
import { Verify } from './operations/cryptography/Verify.ts'
import { VerifyMac } from './operations/cryptography/VerifyMac.ts'
import { CreateGrant } from './operations/grants/CreateGrant.ts'
import { ListGrants } from './operations/grants/ListGrants.ts'
import { ListRetirableGrants } from './operations/grants/ListRetirableGrants.ts'
import { RetireGrant } from './operations/grants/RetireGrant.ts'
import { RevokeGrant } from './operations/grants/RevokeGrant.ts'
import { DeleteImportedKeyMaterial } from './operations/imports/DeleteImportedKeyMaterial.ts'
import { GetParametersForImport } from './operations/imports/GetParametersForImport.ts'
import { ImportKeyMaterial } from './operations/imports/ImportKeyMaterial.ts'
import { CancelKeyDeletion } from './operations/keys/CancelKeyDeletion.ts'
import { CreateKey } from './operations/keys/CreateKey.ts'
import { DescribeKey } from './operations/keys/DescribeKey.ts'
import { DisableKey } from './operations/keys/DisableKey.ts'
import { EnableKey } from './operations/keys/EnableKey.ts'
import { GetKeyLastUsage } from './operations/keys/GetKeyLastUsage.ts'
import { ListKeys } from './operations/keys/ListKeys.ts'
import { ScheduleKeyDeletion } from './operations/keys/ScheduleKeyDeletion.ts'
import { UpdateKeyDescription } from './operations/keys/UpdateKeyDescription.ts'
import { GetKeyPolicy } from './operations/policies/GetKeyPolicy.ts'
import { ListKeyPolicies } from './operations/policies/ListKeyPolicies.ts'
import { PutKeyPolicy } from './operations/policies/PutKeyPolicy.ts'
import { DisableKeyRotation } from './operations/rotation/DisableKeyRotation.ts'
import { EnableKeyRotation } from './operations/rotation/EnableKeyRotation.ts'
import { GetKeyRotationStatus } from './operations/rotation/GetKeyRotationStatus.ts'
import { ListKeyRotations } from './operations/rotation/ListKeyRotations.ts'
import { RotateKeyOnDemand } from './operations/rotation/RotateKeyOnDemand.ts'
import { ListResourceTags } from './operations/tags/ListResourceTags.ts'
import { TagResource } from './operations/tags/TagResource.ts'
import { UntagResource } from './operations/tags/UntagResource.ts'
import type { KmsOperation } from './shared/operation.ts'

/** Every operation of the key service, by its name. */
export const kmsOperations: ReadonlyMap<string, KmsOperation> = new Map(
  [
    CancelKeyDeletion,
    CreateAlias,
    CreateGrant,
    CreateKey,
    Decapsulate,
    Decrypt,
    DeleteAlias,
    DeleteImportedKeyMaterial,
    DeriveSharedSecret,
    DescribeKey,
    DisableKey,
    DisableKeyRotation,
    EnableKey,
    EnableKeyRotation,
    Encapsulate,
    Encrypt,
    GenerateDataKey,
    GenerateDataKeyPair,
    GenerateDataKeyPairWithoutPlaintext,
    GenerateDataKeyWithoutPlaintext,
    GenerateMac,
    GenerateRandom,
    GetKeyLastUsage,
    GetKeyPolicy,
    GetKeyRotationStatus,
    GetParametersForImport,
    GetPublicKey,
    ImportKeyMaterial,
    ListAliases,
    ListGrants,
    ListKeyPolicies,
    ListKeyRotations,
    ListKeys,
    ListResourceTags,
    ListRetirableGrants,
    PutKeyPolicy,
    ReEncrypt,
    RetireGrant,
    RevokeGrant,
    RotateKeyOnDemand,
    ScheduleKeyDeletion,
    Sign,
    TagResource,
    UntagResource,
    UpdateAlias,
    UpdateKeyDescription,
    Verify,
    VerifyMac,
  ].map((operation) => [operation.name, operation]),
)
