import { CreateAlias } from './aliases/CreateAlias.ts'
import { DeleteAlias } from './aliases/DeleteAlias.ts'
import { ListAliases } from './aliases/ListAliases.ts'
import { UpdateAlias } from './aliases/UpdateAlias.ts'
import { Decrypt } from './cryptography/Decrypt.ts'
import { Encrypt } from './cryptography/Encrypt.ts'
import { GenerateDataKey } from './cryptography/GenerateDataKey.ts'
import { GenerateDataKeyWithoutPlaintext } from './cryptography/GenerateDataKeyWithoutPlaintext.ts'
import { GenerateRandom } from './cryptography/GenerateRandom.ts'
import { ReEncrypt } from './cryptography/ReEncrypt.ts'
import { CreateGrant } from './grants/CreateGrant.ts'
import { ListGrants } from './grants/ListGrants.ts'
import { ListRetirableGrants } from './grants/ListRetirableGrants.ts'
import { RetireGrant } from './grants/RetireGrant.ts'
import { RevokeGrant } from './grants/RevokeGrant.ts'
import { CancelKeyDeletion } from './keys/CancelKeyDeletion.ts'
import { CreateKey } from './keys/CreateKey.ts'
import { DescribeKey } from './keys/DescribeKey.ts'
import { DisableKey } from './keys/DisableKey.ts'
import { EnableKey } from './keys/EnableKey.ts'
import { ListKeys } from './keys/ListKeys.ts'
import { ScheduleKeyDeletion } from './keys/ScheduleKeyDeletion.ts'
import { UpdateKeyDescription } from './keys/UpdateKeyDescription.ts'
import { GetKeyPolicy } from './policies/GetKeyPolicy.ts'
import { ListKeyPolicies } from './policies/ListKeyPolicies.ts'
import { PutKeyPolicy } from './policies/PutKeyPolicy.ts'
import { DisableKeyRotation } from './rotation/DisableKeyRotation.ts'
import { EnableKeyRotation } from './rotation/EnableKeyRotation.ts'
import { GetKeyRotationStatus } from './rotation/GetKeyRotationStatus.ts'
import { ListKeyRotations } from './rotation/ListKeyRotations.ts'
import { RotateKeyOnDemand } from './rotation/RotateKeyOnDemand.ts'
import { ListResourceTags } from './tags/ListResourceTags.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'
import type { KmsOperation } from './operation.ts'

/** Every operation of the key service, by its name. */
export const kmsOperations: ReadonlyMap<string, KmsOperation> = new Map(
  [
    CancelKeyDeletion,
    CreateAlias,
    CreateGrant,
    CreateKey,
    Decrypt,
    DeleteAlias,
    DescribeKey,
    DisableKey,
    DisableKeyRotation,
    EnableKey,
    EnableKeyRotation,
    Encrypt,
    GenerateDataKey,
    GenerateDataKeyWithoutPlaintext,
    GenerateRandom,
    GetKeyPolicy,
    GetKeyRotationStatus,
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
    TagResource,
    UntagResource,
    UpdateAlias,
    UpdateKeyDescription,
  ].map((operation) => [operation.name, operation]),
)
