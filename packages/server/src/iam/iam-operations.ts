import { CreateAccessKey } from './operations/access-keys/CreateAccessKey.ts'
import { DeleteAccessKey } from './operations/access-keys/DeleteAccessKey.ts'
import { GetAccessKeyLastUsed } from './operations/access-keys/GetAccessKeyLastUsed.ts'
import { ListAccessKeys } from './operations/access-keys/ListAccessKeys.ts'
import { UpdateAccessKey } from './operations/access-keys/UpdateAccessKey.ts'
import { CreateAccountAlias } from './operations/account-aliases/CreateAccountAlias.ts'
import { DeleteAccountAlias } from './operations/account-aliases/DeleteAccountAlias.ts'
import { ListAccountAliases } from './operations/account-aliases/ListAccountAliases.ts'
import { GetAccountAuthorizationDetails } from './operations/account/GetAccountAuthorizationDetails.ts'
import { GetAccountSummary } from './operations/account/GetAccountSummary.ts'
import { SetSecurityTokenServicePreferences } from './operations/account/SetSecurityTokenServicePreferences.ts'
import { AttachGroupPolicy } from './operations/attached-policies/AttachGroupPolicy.ts'
import { AttachRolePolicy } from './operations/attached-policies/AttachRolePolicy.ts'
import { AttachUserPolicy } from './operations/attached-policies/AttachUserPolicy.ts'
import { DetachGroupPolicy } from './operations/attached-policies/DetachGroupPolicy.ts'
import { DetachRolePolicy } from './operations/attached-policies/DetachRolePolicy.ts'
import { DetachUserPolicy } from './operations/attached-policies/DetachUserPolicy.ts'
import { ListAttachedGroupPolicies } from './operations/attached-policies/ListAttachedGroupPolicies.ts'
import { ListAttachedRolePolicies } from './operations/attached-policies/ListAttachedRolePolicies.ts'
import { ListAttachedUserPolicies } from './operations/attached-policies/ListAttachedUserPolicies.ts'
import { GenerateCredentialReport } from './operations/credential-reports/GenerateCredentialReport.ts'
import { GetCredentialReport } from './operations/credential-reports/GetCredentialReport.ts'
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
import { AddRoleToInstanceProfile } from './operations/instance-profiles/AddRoleToInstanceProfile.ts'
import { CreateInstanceProfile } from './operations/instance-profiles/CreateInstanceProfile.ts'
import { DeleteInstanceProfile } from './operations/instance-profiles/DeleteInstanceProfile.ts'
import { GetInstanceProfile } from './operations/instance-profiles/GetInstanceProfile.ts'
import { ListInstanceProfileTags } from './operations/instance-profiles/ListInstanceProfileTags.ts'
import { ListInstanceProfiles } from './operations/instance-profiles/ListInstanceProfiles.ts'
import { ListInstanceProfilesForRole } from './operations/instance-profiles/ListInstanceProfilesForRole.ts'
import { RemoveRoleFromInstanceProfile } from './operations/instance-profiles/RemoveRoleFromInstanceProfile.ts'
import { TagInstanceProfile } from './operations/instance-profiles/TagInstanceProfile.ts'
import { UntagInstanceProfile } from './operations/instance-profiles/UntagInstanceProfile.ts'
import { ChangePassword } from './operations/login-profiles/ChangePassword.ts'
import { CreateLoginProfile } from './operations/login-profiles/CreateLoginProfile.ts'
import { DeleteLoginProfile } from './operations/login-profiles/DeleteLoginProfile.ts'
import { GetLoginProfile } from './operations/login-profiles/GetLoginProfile.ts'
import { UpdateLoginProfile } from './operations/login-profiles/UpdateLoginProfile.ts'
import { CreatePolicy } from './operations/managed-policies/CreatePolicy.ts'
import { CreatePolicyVersion } from './operations/managed-policies/CreatePolicyVersion.ts'
import { DeletePolicy } from './operations/managed-policies/DeletePolicy.ts'
import { DeletePolicyVersion } from './operations/managed-policies/DeletePolicyVersion.ts'
import { GetPolicy } from './operations/managed-policies/GetPolicy.ts'
import { GetPolicyVersion } from './operations/managed-policies/GetPolicyVersion.ts'
import { ListEntitiesForPolicy } from './operations/managed-policies/ListEntitiesForPolicy.ts'
import { ListPolicies } from './operations/managed-policies/ListPolicies.ts'
import { ListPolicyVersions } from './operations/managed-policies/ListPolicyVersions.ts'
import { SetDefaultPolicyVersion } from './operations/managed-policies/SetDefaultPolicyVersion.ts'
import { CreateVirtualMFADevice } from './operations/mfa-devices/CreateVirtualMFADevice.ts'
import { DeactivateMFADevice } from './operations/mfa-devices/DeactivateMFADevice.ts'
import { DeleteVirtualMFADevice } from './operations/mfa-devices/DeleteVirtualMFADevice.ts'
import { EnableMFADevice } from './operations/mfa-devices/EnableMFADevice.ts'
import { GetMFADevice } from './operations/mfa-devices/GetMFADevice.ts'
import { ListMFADeviceTags } from './operations/mfa-devices/ListMFADeviceTags.ts'
import { ListMFADevices } from './operations/mfa-devices/ListMFADevices.ts'
import { ListVirtualMFADevices } from './operations/mfa-devices/ListVirtualMFADevices.ts'
import { ResyncMFADevice } from './operations/mfa-devices/ResyncMFADevice.ts'
import { TagMFADevice } from './operations/mfa-devices/TagMFADevice.ts'
import { UntagMFADevice } from './operations/mfa-devices/UntagMFADevice.ts'
import { AddClientIDToOpenIDConnectProvider } from './operations/oidc-providers/AddClientIDToOpenIDConnectProvider.ts'
import { CreateOpenIDConnectProvider } from './operations/oidc-providers/CreateOpenIDConnectProvider.ts'
import { DeleteOpenIDConnectProvider } from './operations/oidc-providers/DeleteOpenIDConnectProvider.ts'
import { GetOpenIDConnectProvider } from './operations/oidc-providers/GetOpenIDConnectProvider.ts'
import { ListOpenIDConnectProviderTags } from './operations/oidc-providers/ListOpenIDConnectProviderTags.ts'
import { ListOpenIDConnectProviders } from './operations/oidc-providers/ListOpenIDConnectProviders.ts'
import { RemoveClientIDFromOpenIDConnectProvider } from './operations/oidc-providers/RemoveClientIDFromOpenIDConnectProvider.ts'
import { TagOpenIDConnectProvider } from './operations/oidc-providers/TagOpenIDConnectProvider.ts'
import { UntagOpenIDConnectProvider } from './operations/oidc-providers/UntagOpenIDConnectProvider.ts'
import { UpdateOpenIDConnectProviderThumbprint } from './operations/oidc-providers/UpdateOpenIDConnectProviderThumbprint.ts'
import { DeleteAccountPasswordPolicy } from './operations/password-policy/DeleteAccountPasswordPolicy.ts'
import { GetAccountPasswordPolicy } from './operations/password-policy/GetAccountPasswordPolicy.ts'
import { UpdateAccountPasswordPolicy } from './operations/password-policy/UpdateAccountPasswordPolicy.ts'
import { DeleteRolePermissionsBoundary } from './operations/permissions-boundaries/DeleteRolePermissionsBoundary.ts'
import { DeleteUserPermissionsBoundary } from './operations/permissions-boundaries/DeleteUserPermissionsBoundary.ts'
import { PutRolePermissionsBoundary } from './operations/permissions-boundaries/PutRolePermissionsBoundary.ts'
import { PutUserPermissionsBoundary } from './operations/permissions-boundaries/PutUserPermissionsBoundary.ts'
import { ListPolicyTags } from './operations/policy-tags/ListPolicyTags.ts'
import { TagPolicy } from './operations/policy-tags/TagPolicy.ts'
import { UntagPolicy } from './operations/policy-tags/UntagPolicy.ts'
import { DeleteRolePolicy } from './operations/role-policies/DeleteRolePolicy.ts'
import { GetRolePolicy } from './operations/role-policies/GetRolePolicy.ts'
import { ListRolePolicies } from './operations/role-policies/ListRolePolicies.ts'
import { PutRolePolicy } from './operations/role-policies/PutRolePolicy.ts'
import { ListRoleTags } from './operations/role-tags/ListRoleTags.ts'
import { TagRole } from './operations/role-tags/TagRole.ts'
import { UntagRole } from './operations/role-tags/UntagRole.ts'
import { CreateRole } from './operations/roles/CreateRole.ts'
import { DeleteRole } from './operations/roles/DeleteRole.ts'
import { GetRole } from './operations/roles/GetRole.ts'
import { ListRoles } from './operations/roles/ListRoles.ts'
import { UpdateAssumeRolePolicy } from './operations/roles/UpdateAssumeRolePolicy.ts'
import { UpdateRole } from './operations/roles/UpdateRole.ts'
import { UpdateRoleDescription } from './operations/roles/UpdateRoleDescription.ts'
import { ListSAMLProviders } from './operations/saml-providers/ListSAMLProviders.ts'
import { ListServerCertificates } from './operations/server-certificates/ListServerCertificates.ts'
import { GenerateServiceLastAccessedDetails } from './operations/service-access/GenerateServiceLastAccessedDetails.ts'
import { GetServiceLastAccessedDetails } from './operations/service-access/GetServiceLastAccessedDetails.ts'
import { GetServiceLastAccessedDetailsWithEntities } from './operations/service-access/GetServiceLastAccessedDetailsWithEntities.ts'
import { GetContextKeysForCustomPolicy } from './operations/simulation/GetContextKeysForCustomPolicy.ts'
import { GetContextKeysForPrincipalPolicy } from './operations/simulation/GetContextKeysForPrincipalPolicy.ts'
import { ListPoliciesGrantingServiceAccess } from './operations/simulation/ListPoliciesGrantingServiceAccess.ts'
import { SimulateCustomPolicy } from './operations/simulation/SimulateCustomPolicy.ts'
import { SimulatePrincipalPolicy } from './operations/simulation/SimulatePrincipalPolicy.ts'
import { DeleteUserPolicy } from './operations/user-policies/DeleteUserPolicy.ts'
import { GetUserPolicy } from './operations/user-policies/GetUserPolicy.ts'
import { ListServiceSpecificCredentials } from './operations/user-credentials/ListServiceSpecificCredentials.ts'
import { ListSigningCertificates } from './operations/user-credentials/ListSigningCertificates.ts'
import { ListSSHPublicKeys } from './operations/user-credentials/ListSSHPublicKeys.ts'
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
    AddClientIDToOpenIDConnectProvider,
    AddRoleToInstanceProfile,
    AddUserToGroup,
    AttachGroupPolicy,
    AttachRolePolicy,
    AttachUserPolicy,
    ChangePassword,
    CreateAccessKey,
    CreateAccountAlias,
    CreateGroup,
    CreateInstanceProfile,
    CreateLoginProfile,
    CreateOpenIDConnectProvider,
    CreatePolicy,
    CreatePolicyVersion,
    CreateRole,
    CreateUser,
    CreateVirtualMFADevice,
    DeactivateMFADevice,
    DeleteAccessKey,
    DeleteAccountAlias,
    DeleteAccountPasswordPolicy,
    DeleteGroup,
    DeleteGroupPolicy,
    DeleteInstanceProfile,
    DeleteLoginProfile,
    DeleteOpenIDConnectProvider,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteRole,
    DeleteRolePermissionsBoundary,
    DeleteRolePolicy,
    DeleteUser,
    DeleteUserPermissionsBoundary,
    DeleteUserPolicy,
    DeleteVirtualMFADevice,
    DetachGroupPolicy,
    DetachRolePolicy,
    DetachUserPolicy,
    EnableMFADevice,
    GenerateCredentialReport,
    GenerateServiceLastAccessedDetails,
    GetAccessKeyLastUsed,
    GetAccountAuthorizationDetails,
    GetAccountPasswordPolicy,
    GetAccountSummary,
    GetContextKeysForCustomPolicy,
    GetContextKeysForPrincipalPolicy,
    GetCredentialReport,
    GetGroup,
    GetGroupPolicy,
    GetInstanceProfile,
    GetLoginProfile,
    GetMFADevice,
    GetOpenIDConnectProvider,
    GetPolicy,
    GetPolicyVersion,
    GetRole,
    GetRolePolicy,
    GetServiceLastAccessedDetails,
    GetServiceLastAccessedDetailsWithEntities,
    GetUser,
    GetUserPolicy,
    ListAccessKeys,
    ListAccountAliases,
    ListAttachedGroupPolicies,
    ListAttachedRolePolicies,
    ListAttachedUserPolicies,
    ListEntitiesForPolicy,
    ListGroupPolicies,
    ListGroups,
    ListGroupsForUser,
    ListInstanceProfileTags,
    ListInstanceProfiles,
    ListInstanceProfilesForRole,
    ListMFADeviceTags,
    ListMFADevices,
    ListOpenIDConnectProviderTags,
    ListOpenIDConnectProviders,
    ListPolicies,
    ListPoliciesGrantingServiceAccess,
    ListPolicyTags,
    ListPolicyVersions,
    ListRolePolicies,
    ListRoleTags,
    ListRoles,
    ListSAMLProviders,
    ListSSHPublicKeys,
    ListServerCertificates,
    ListServiceSpecificCredentials,
    ListSigningCertificates,
    ListUserPolicies,
    ListUserTags,
    ListUsers,
    ListVirtualMFADevices,
    PutGroupPolicy,
    PutRolePermissionsBoundary,
    PutRolePolicy,
    PutUserPermissionsBoundary,
    PutUserPolicy,
    RemoveClientIDFromOpenIDConnectProvider,
    RemoveRoleFromInstanceProfile,
    RemoveUserFromGroup,
    ResyncMFADevice,
    SetDefaultPolicyVersion,
    SetSecurityTokenServicePreferences,
    SimulateCustomPolicy,
    SimulatePrincipalPolicy,
    TagInstanceProfile,
    TagMFADevice,
    TagOpenIDConnectProvider,
    TagPolicy,
    TagRole,
    TagUser,
    UntagInstanceProfile,
    UntagMFADevice,
    UntagOpenIDConnectProvider,
    UntagPolicy,
    UntagRole,
    UntagUser,
    UpdateAccessKey,
    UpdateAccountPasswordPolicy,
    UpdateAssumeRolePolicy,
    UpdateGroup,
    UpdateLoginProfile,
    UpdateOpenIDConnectProviderThumbprint,
    UpdateRole,
    UpdateRoleDescription,
    UpdateUser,
  ].map((operation) => [operation.name, operation]),
)
