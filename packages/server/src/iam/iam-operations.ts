import { CreateAccessKey } from './operations/access-keys/CreateAccessKey.ts'
import { DeleteAccessKey } from './operations/access-keys/DeleteAccessKey.ts'
import { GetAccessKeyLastUsed } from './operations/access-keys/GetAccessKeyLastUsed.ts'
import { ListAccessKeys } from './operations/access-keys/ListAccessKeys.ts'
import { UpdateAccessKey } from './operations/access-keys/UpdateAccessKey.ts'
import { DeleteUserPolicy } from './operations/user-policies/DeleteUserPolicy.ts'
import { GetUserPolicy } from './operations/user-policies/GetUserPolicy.ts'
import { ListUserPolicies } from './operations/user-policies/ListUserPolicies.ts'
import { PutUserPolicy } from './operations/user-policies/PutUserPolicy.ts'
import { ListUserTags } from './operations/user-tags/ListUserTags.ts'
import { TagUser } from './operations/user-tags/TagUser.ts'
import { UntagUser } from './operations/user-tags/UntagUser.ts'
import { CreateUser } from './operations/users/CreateUser.ts'
import { DeleteUser } from './operations/users/DeleteUser.ts'
import { GetUser } from './operations/users/GetUser.ts'
import { ListUsers } from './operations/users/ListUsers.ts'
import { UpdateUser } from './operations/users/UpdateUser.ts'
import type { IamOperation } from './shared/operation.ts'

/** Every operation of IAM that there is, by its name; all others of its model answer NotImplemented. */
export const iamOperations: ReadonlyMap<string, IamOperation> = new Map(
  [
    CreateAccessKey,
    CreateUser,
    DeleteAccessKey,
    DeleteUser,
    DeleteUserPolicy,
    GetAccessKeyLastUsed,
    GetUser,
    GetUserPolicy,
    ListAccessKeys,
    ListUserPolicies,
    ListUserTags,
    ListUsers,
    PutUserPolicy,
    TagUser,
    UntagUser,
    UpdateAccessKey,
    UpdateUser,
  ].map((operation) => [operation.name, operation]),
)
