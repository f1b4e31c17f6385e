import type { Bounds } from '../../packages/server/src/model/query-model.ts'

/** The bounds of a member; of a list those of its items stand apart. */
export interface MemberBounds extends Bounds {
  readonly each?: Bounds
  /** A secret that the schemas do not call one. */
  readonly sensitive?: true
}

const ARN: Bounds = { least: 20, most: 2048 }
const WORDS = '[\\w+=,.@-]+'
const NAME: Bounds = { least: 1, most: 128, pattern: WORDS }
const PATH: Bounds = { least: 1, most: 512, pattern: '(/)|(/[!-~]+/)' }
const POLICY_PATH: Bounds = { least: 1, most: 512, pattern: '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/' }
const TEXT = '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+'
const DOCUMENT: Bounds = { least: 1, most: 131_072, pattern: TEXT }
const DESCRIPTION: Bounds = { most: 1000, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*' }
const SERVICE: Bounds = { least: 1, most: 64, pattern: '[\\w-]*' }
const TAG_KEY: Bounds = { least: 1, most: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' }
const TAG_VALUE: Bounds = { least: 0, most: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' }
const KEY_ID: Bounds = { least: 16, most: 128, pattern: '[\\w]+' }
const CODE: MemberBounds = { least: 6, most: 6, pattern: '[\\d]+', sensitive: true }
const PASSWORD: Bounds = { least: 1, most: 128, pattern: TEXT }
const NEW_USER_NAME: Bounds = { least: 1, most: 64, pattern: WORDS }

/**
 * What the client's schemas leave out of IAM: by the name of a member, or by structure and member where one name means
 * several things. Source: IAM API Reference, length constraints, valid ranges and patterns of each action's parameters.
 */
export const IAM_BOUNDS: Readonly<Record<string, MemberBounds>> = {
  AccessKeyId: KEY_ID,
  AccountAlias: { least: 3, most: 63, pattern: '[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]' },
  ActionNames: { each: { least: 3, most: 128 } },
  AssumeRolePolicyDocument: DOCUMENT,
  'GenerateServiceLastAccessedDetailsRequest.Arn': ARN,
  'ListPoliciesGrantingServiceAccessRequest.Arn': ARN,
  AuthenticationCode1: CODE,
  AuthenticationCode2: CODE,
  CallerArn: { least: 1, most: 2048 },
  ClientID: { least: 1, most: 255 },
  ClientIDList: { each: { least: 1, most: 255 } },
  ContextKeyName: { least: 5, most: 256 },
  Description: DESCRIPTION,
  'CreatePolicyRequest.Description': { most: 1000 },
  GroupName: NAME,
  InstanceProfileName: NAME,
  JobId: { least: 36, most: 36 },
  Key: TAG_KEY,
  Marker: { least: 1, pattern: '[\\u0020-\\u00FF]+' },
  MaxItems: { least: 1, most: 1000 },
  MaxPasswordAge: { least: 1, most: 1095 },
  MaxSessionDuration: { least: 3600, most: 43_200 },
  MinimumPasswordLength: { least: 6, most: 128 },
  NewGroupName: NAME,
  NewPassword: PASSWORD,
  NewPath: PATH,
  NewUserName: NEW_USER_NAME,
  OldPassword: PASSWORD,
  OpenIDConnectProviderArn: ARN,
  Password: PASSWORD,
  PasswordReusePrevention: { least: 1, most: 24 },
  Path: PATH,
  'CreatePolicyRequest.Path': POLICY_PATH,
  PathPrefix: { least: 1, most: 512, pattern: '/[!-\\u007F]*' },
  'ListAttachedGroupPoliciesRequest.PathPrefix': POLICY_PATH,
  'ListAttachedRolePoliciesRequest.PathPrefix': POLICY_PATH,
  'ListAttachedUserPoliciesRequest.PathPrefix': POLICY_PATH,
  'ListEntitiesForPolicyRequest.PathPrefix': PATH,
  'ListPoliciesRequest.PathPrefix': POLICY_PATH,
  PermissionsBoundary: ARN,
  PermissionsBoundaryPolicyInputList: { each: DOCUMENT },
  PolicyArn: ARN,
  PolicyDocument: DOCUMENT,
  PolicyInputList: { each: DOCUMENT },
  PolicyName: NAME,
  PolicySourceArn: ARN,
  ResourceArns: { each: { least: 1, most: 2048 } },
  ResourceHandlingOption: { least: 1, most: 64 },
  ResourceOwner: { least: 1, most: 2048 },
  ResourcePolicy: DOCUMENT,
  RoleName: { least: 1, most: 64, pattern: WORDS },
  SerialNumber: { least: 9, most: 256, pattern: '[\\w+=/:,.@-]+' },
  ServiceNamespace: SERVICE,
  ServiceNamespaces: { least: 1, most: 200, each: SERVICE },
  TagKeys: { most: 50, each: TAG_KEY },
  Tags: { most: 50 },
  ThumbprintList: { each: { least: 40, most: 40 } },
  Url: { least: 1, most: 255 },
  UserName: NAME,
  'CreateUserRequest.UserName': NEW_USER_NAME,
  Value: TAG_VALUE,
  VersionId: { pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' },
  VirtualMFADeviceName: { least: 1, pattern: WORDS },
}

const ANY_TEXT =
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u{10000}-\\u{10FFFF}]+'
const ARN_TEXT: Bounds = { ...ARN, pattern: ANY_TEXT }
const SESSION_POLICY: Bounds = { least: 1, most: 2048, pattern: TEXT }

/** The same of STS. Source: AWS STS API Reference. */
export const STS_BOUNDS: Readonly<Record<string, MemberBounds>> = {
  AccessKeyId: { ...KEY_ID, pattern: '[\\w]*' },
  DurationSeconds: { least: 900, most: 43_200 },
  'AssumeRootRequest.DurationSeconds': { least: 0, most: 900 },
  'GetFederationTokenRequest.DurationSeconds': { least: 900, most: 129_600 },
  'GetScopedCredentialsRequest.DurationSeconds': { least: 1, most: 129_600 },
  'GetScopedCredentialsRequest.ScopedSessionDescription': { most: 256 },
  'GetSessionTokenRequest.DurationSeconds': { least: 900, most: 129_600 },
  'GetWebIdentityTokenRequest.DurationSeconds': { least: 60, most: 3600 },
  EncodedMessage: { least: 1, most: 10_240 },
  ExternalId: { least: 2, most: 1224, pattern: '[\\w+=,.@:\\/-]*' },
  Key: TAG_KEY,
  Name: { least: 2, most: 32, pattern: '[\\w+=,.@-]*' },
  Policy: SESSION_POLICY,
  MinimumSessionTokenSize: { least: 0, most: 4096 },
  ProviderId: { least: 4, most: 2048 },
  RoleArn: ARN_TEXT,
  RoleSessionName: { least: 2, most: 64, pattern: '[\\w+=,.@-]*' },
  SerialNumber: { least: 9, most: 256, pattern: '[\\w+=/:,.@-]*' },
  SourceIdentity: { least: 2, most: 64, pattern: '[\\w+=,.@-]*' },
  Tags: { most: 50 },
  TokenCode: { ...CODE, pattern: '[\\d]*' },
  TransitiveTagKeys: { most: 50, each: TAG_KEY },
  Value: TAG_VALUE,
  WebIdentityToken: { least: 4, most: 20_000 },
  arn: ARN_TEXT,
}
