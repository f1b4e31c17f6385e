/**
 * The actions of which IAM tells when they were used last, by service: those of AWS that there are here. All of them manage something;
 * what only reads or writes data or tags is not tracked. Source: Service Authorization Reference, "Simplified AWS service information
 * for programmatic access", `IAM Action Last Accessed` of each action of iam.json, kms.json, s3.json and sts.json.
 */
export const TRACKED_ACTIONS = {
  iam: names(`
    AddClientIDToOpenIDConnectProvider AddRoleToInstanceProfile AddUserToGroup AttachGroupPolicy
    AttachRolePolicy AttachUserPolicy ChangePassword CreateAccessKey CreateAccountAlias CreateGroup
    CreateInstanceProfile CreateLoginProfile CreateOpenIDConnectProvider CreatePolicy
    CreatePolicyVersion CreateRole CreateUser CreateVirtualMFADevice DeactivateMFADevice DeleteAccessKey
    DeleteAccountAlias DeleteAccountPasswordPolicy DeleteGroup DeleteGroupPolicy DeleteInstanceProfile
    DeleteLoginProfile DeleteOpenIDConnectProvider DeletePolicy DeletePolicyVersion DeleteRole
    DeleteRolePermissionsBoundary DeleteRolePolicy DeleteUser DeleteUserPermissionsBoundary
    DeleteUserPolicy DeleteVirtualMFADevice DetachGroupPolicy DetachRolePolicy DetachUserPolicy
    EnableMFADevice GenerateCredentialReport GenerateServiceLastAccessedDetails GetAccessKeyLastUsed
    GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountSummary
    GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy GetCredentialReport GetGroup
    GetGroupPolicy GetInstanceProfile GetLoginProfile GetMFADevice GetOpenIDConnectProvider GetPolicy
    GetPolicyVersion GetRole GetRolePolicy GetServiceLastAccessedDetails
    GetServiceLastAccessedDetailsWithEntities GetUser GetUserPolicy ListAccessKeys ListAccountAliases
    ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies ListEntitiesForPolicy
    ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfiles ListInstanceProfilesForRole
    ListMFADevices ListOpenIDConnectProviders ListPolicies ListPoliciesGrantingServiceAccess
    ListPolicyVersions ListRolePolicies ListRoles ListSAMLProviders ListSSHPublicKeys
    ListServerCertificates ListServiceSpecificCredentials ListSigningCertificates ListUserPolicies ListUsers ListVirtualMFADevices PutGroupPolicy
    PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary PutUserPolicy
    RemoveClientIDFromOpenIDConnectProvider RemoveRoleFromInstanceProfile RemoveUserFromGroup
    ResyncMFADevice SetDefaultPolicyVersion SetSecurityTokenServicePreferences SimulateCustomPolicy
    SimulatePrincipalPolicy UpdateAccessKey UpdateAccountPasswordPolicy UpdateAssumeRolePolicy UpdateGroup
    UpdateLoginProfile UpdateOpenIDConnectProviderThumbprint UpdateRole UpdateRoleDescription UpdateUser
  `),
  kms: names(`
    CancelKeyDeletion CreateAlias CreateGrant CreateKey Decapsulate Decrypt DeleteAlias DeleteImportedKeyMaterial
    DeriveSharedSecret DescribeKey DisableKey DisableKeyRotation EnableKey EnableKeyRotation Encapsulate Encrypt GenerateDataKey
    GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac
    GenerateRandom GetKeyLastUsage GetKeyPolicy GetKeyRotationStatus GetParametersForImport GetPublicKey
    ImportKeyMaterial ListAliases ListGrants ListKeyPolicies
    ListKeyRotations ListKeys ListRetirableGrants RetireGrant RevokeGrant RotateKeyOnDemand
    ScheduleKeyDeletion Sign UpdateAlias UpdateKeyDescription Verify VerifyMac
  `),
  s3: names(`
    CreateAccessPoint CreateBucket CreateJob DeleteAccessPoint DeleteAccessPointPolicy DeleteBucket
    DeleteBucketPolicy DeleteBucketWebsite DescribeJob GetAccelerateConfiguration GetAccessPoint
    GetAccessPointPolicy GetAccessPointPolicyStatus GetAccountPublicAccessBlock
    GetAnalyticsConfiguration GetBucketAbac GetBucketAcl GetBucketCORS GetBucketLocation
    GetBucketLogging GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls
    GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketRequestPayment
    GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetIntelligentTieringConfiguration
    GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration
    GetReplicationConfiguration ListAccessPoints ListAllMyBuckets ListBucketMultipartUploads ListJobs
    PutAccelerateConfiguration PutAccessPointPolicy PutAccountPublicAccessBlock
    PutAnalyticsConfiguration PutBucketAbac PutBucketAcl PutBucketCORS PutBucketLogging
    PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy
    PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketVersioning PutBucketWebsite
    PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration
    PutLifecycleConfiguration PutMetricsConfiguration PutReplicationConfiguration UpdateJobPriority
    UpdateJobStatus
  `),
  sts: names(`
    AssumeRole AssumeRoleWithWebIdentity DecodeAuthorizationMessage GetAccessKeyInfo GetCallerIdentity
    GetFederationToken GetScopedCredentials GetSessionToken
  `),
} as const

export type AccessedService = keyof typeof TRACKED_ACTIONS

/** In the order of reports. */
export const ACCESSED_SERVICES = Object.keys(TRACKED_ACTIONS) as readonly AccessedService[]

const tracked: ReadonlySet<string> = new Set(
  ACCESSED_SERVICES.flatMap((service) => TRACKED_ACTIONS[service].map((name) => `${service}:${name}`)),
)

/** `action`: with its service, for example `s3:CreateBucket`. */
export function isTrackedAction(action: string): boolean {
  return tracked.has(action)
}

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
