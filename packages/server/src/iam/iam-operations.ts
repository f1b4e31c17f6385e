import { CreateAccessKey } from './operations/access-keys/CreateAccessKey.ts'
import { DeleteAccessKey } from './operations/access-keys/DeleteAccessKey.ts'
import { GetAccessKeyLastUsed } from './operations/access-keys/GetAccessKeyLastUsed.ts'
import { ListAccessKeys } from './operations/access-keys/ListAccessKeys.ts'
import { UpdateAccessKey } from './operations/access-keys/UpdateAccessKey.ts'
import { DeleteGroupPolicy } from './operations/group-policies/DeleteGroupPolicy.ts'
import { GetGroupPolicy } from './operations/group-policies/GetGroupPolicy.ts'
import { ListGroupPolicies } from './operations/group-policies/ListGroupPolicies.ts'
import { PutGroupPolicy } from './operations/group-policies/PutGroupPolicy.ts'
import { AddUserToGroup } from './operations/groups/AddUserToGroup.ts'
import { CreateGroup } from './operations/groups/CreateGroup.ts'
import { DeleteGroup } from './operations/groups/DeleteGroup.ts'
import { GetGroup } from './operations/groups/GetGroup.ts'
import { ListGroups } from './operations/groups/ListGroups.ts'
import { ListGroupsForUser } from './operations/groups/ListGroupsForUser.ts'
import { RemoveUserFromGroup } from './operations/groups/RemoveUserFromGroup.ts'
import { UpdateGroup } from './operations/groups/UpdateGroup.ts'
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
    AddUserToGroup,
    CreateAccessKey,
    CreateGroup,
    CreateUser,
    DeleteAccessKey,
    DeleteGroup,
    DeleteGroupPolicy,
    DeleteUser,
    DeleteUserPolicy,
    GetAccessKeyLastUsed,
    GetGroup,
    GetGroupPolicy,
    GetUser,
    GetUserPolicy,
    ListAccessKeys,
    ListGroupPolicies,
    ListGroups,
    ListGroupsForUser,
    ListUserPolicies,
    ListUserTags,
    ListUsers,
    PutGroupPolicy,
    PutUserPolicy,
    RemoveUserFromGroup,
    TagUser,
    UntagUser,
    UpdateAccessKey,
    UpdateGroup,
    UpdateUser,
  ].map((operation) => [operation.name, operation]),
)
