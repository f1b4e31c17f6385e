/** A policy that AWS manages: everybody may attach it, nobody may change it. */
export interface AwsManagedPolicy {
  readonly name: string
  readonly path: string
  readonly arn: string
  /** The id that AWS's own has. */
  readonly id: string
  readonly description: string
  /** For example `v3`. */
  readonly versionId: string
  readonly createdAt: Date
  /** When the version was made. */
  readonly updatedAt: Date
  /** JSON. */
  readonly document: string
}

/**
 * The documents as AWS publishes them. Source: AWS Managed Policy Reference Guide, the page of each, with its version. Of
 * ReadOnlyAccess, SecurityAudit and ViewOnlyAccess, which name hundreds of services, there are the actions of those that exist here.
 */
export const AWS_MANAGED_POLICIES: readonly AwsManagedPolicy[] = [
  managed('AdministratorAccess', 'ANPAIWMBCKSKIEE64ZLYK', {
    description: 'Provides full access to AWS services and resources.',
    versionId: 'v1',
    created: '2015-02-06T18:39:46Z',
    updated: '2015-02-06T18:39:46Z',
    statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  }),
  managed('PowerUserAccess', 'ANPAJYRXTHIB4FOVS3ZXS', {
    description:
      'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    versionId: 'v12',
    created: '2015-02-06T18:39:47Z',
    updated: '2026-02-12T17:59:14Z',
    statements: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: [
          'account:GetAccountInformation',
          'account:GetGovCloudAccountInformation',
          'account:GetPrimaryEmail',
          'account:ListRegions',
          'iam:CreateServiceLinkedRole',
          'iam:DeleteServiceLinkedRole',
          'iam:ListRoles',
          'organizations:DescribeEffectivePolicy',
          'organizations:DescribeOrganization',
        ],
        Resource: '*',
      },
    ],
  }),
  managed('ReadOnlyAccess', 'ANPAILL3HVNFSB6DCOWYQ', {
    description: 'Provides read-only access to AWS services and resources.',
    versionId: 'v87',
    created: '2015-02-06T18:39:48Z',
    updated: '2022-05-23T20:16:18Z',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'iam:Generate*',
          'iam:Get*',
          'iam:List*',
          'iam:Simulate*',
          'kms:Describe*',
          'kms:Get*',
          'kms:List*',
          's3:DescribeJob',
          's3:Get*',
          's3:List*',
          'sts:GetAccessKeyInfo',
          'sts:GetCallerIdentity',
          'sts:GetSessionToken',
        ],
        Resource: '*',
      },
    ],
  }),
  managed('SecurityAudit', 'ANPAIX2T3QCXHR2OGGCTO', {
    description:
      'The security audit template grants access to read security configuration metadata. It is useful for software that audits the configuration of an AWS account.',
    versionId: 'v94',
    created: '2015-02-06T18:41:01Z',
    updated: '2026-09-30T20:27:00Z',
    statements: [
      {
        Sid: 'BaseSecurityAuditStatement',
        Effect: 'Allow',
        Action: [
          'iam:GenerateCredentialReport',
          'iam:GenerateServiceLastAccessedDetails',
          'iam:Get*',
          'iam:List*',
          'iam:SimulateCustomPolicy',
          'iam:SimulatePrincipalPolicy',
          'kms:Describe*',
          'kms:Get*',
          'kms:List*',
          's3:DescribeJob',
          's3:GetAccelerateConfiguration',
          's3:GetAccessGrantsInstanceResourcePolicy',
          's3:GetAccessPoint',
          's3:GetAccessPointConfigurationForObjectLambda',
          's3:GetAccessPointForObjectLambda',
          's3:GetAccessPointPolicy',
          's3:GetAccessPointPolicyForObjectLambda',
          's3:GetAccessPointPolicyStatus',
          's3:GetAccessPointPolicyStatusForObjectLambda',
          's3:GetAccountPublicAccessBlock',
          's3:GetAnalyticsConfiguration',
          's3:GetBucket*',
          's3:GetEncryptionConfiguration',
          's3:GetInventoryConfiguration',
          's3:GetLifecycleConfiguration',
          's3:GetMetricsConfiguration',
          's3:GetMultiRegionAccessPoint',
          's3:GetMultiRegionAccessPointPolicy',
          's3:GetMultiRegionAccessPointPolicyStatus',
          's3:GetObjectAcl',
          's3:GetObjectTagging',
          's3:GetObjectVersionAcl',
          's3:GetReplicationConfiguration',
          's3:GetStorageLensConfiguration',
          's3:GetStorageLensGroup',
          's3:ListAccessGrants',
          's3:ListAccessGrantsInstances',
          's3:ListAccessPoints',
          's3:ListAccessPointsForObjectLambda',
          's3:ListAllMyBuckets',
          's3:ListBucket',
          's3:ListCallerAccessGrants',
          's3:ListJobs',
          's3:ListMultiRegionAccessPoints',
          's3:ListStorageLensConfigurations',
          's3:ListStorageLensGroups',
          's3express:GetBucketPolicy',
          's3express:GetEncryptionConfiguration',
          's3express:ListAllMyDirectoryBuckets',
          'sts:GetAccessKeyInfo',
        ],
        Resource: '*',
      },
    ],
  }),
  managed('ViewOnlyAccess', 'ANPAID22R6XPJATWOFDK6', {
    path: '/job-function/',
    description:
      'This policy grants permissions to view resources and basic metadata across all AWS services.',
    versionId: 'v46',
    created: '2016-11-10T17:20:15Z',
    updated: '2026-09-30T20:27:08Z',
    statements: [
      {
        Sid: 'GeneralViewOnlyAccessStatement',
        Effect: 'Allow',
        Action: [
          'iam:GetAccountSummary',
          'iam:GetLoginProfile',
          'iam:List*',
          'kms:ListKeys',
          'kms:ListResourceTags',
          's3:ListAllMyBuckets',
          's3:ListBucket',
          's3:ListMultiRegionAccessPoints',
        ],
        Resource: '*',
      },
    ],
  }),
  managed('AmazonS3FullAccess', 'ANPAIFIR6V6BVTRAHWINE', {
    description: 'Provides full access to all buckets via the AWS Management Console.',
    versionId: 'v2',
    created: '2015-02-06T18:40:58Z',
    updated: '2021-09-27T20:16:37Z',
    statements: [{ Effect: 'Allow', Action: ['s3:*', 's3-object-lambda:*'], Resource: '*' }],
  }),
  managed('AmazonS3ReadOnlyAccess', 'ANPAIZTJ4DXE7G6AGAE6M', {
    description: 'Provides read only access to all buckets via the AWS Management Console.',
    versionId: 'v3',
    created: '2015-02-06T18:40:59Z',
    updated: '2023-08-10T21:31:39Z',
    statements: [
      {
        Effect: 'Allow',
        Action: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
        Resource: '*',
      },
    ],
  }),
  managed('IAMFullAccess', 'ANPAI7XKCFMBPM3QQRRVQ', {
    description: 'Provides full access to IAM via the AWS Management Console.',
    versionId: 'v2',
    created: '2015-02-06T18:40:38Z',
    updated: '2019-06-21T19:40:00Z',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'iam:*',
          'organizations:DescribeAccount',
          'organizations:DescribeOrganization',
          'organizations:DescribeOrganizationalUnit',
          'organizations:DescribePolicy',
          'organizations:ListChildren',
          'organizations:ListParents',
          'organizations:ListPoliciesForTarget',
          'organizations:ListRoots',
          'organizations:ListPolicies',
          'organizations:ListTargetsForPolicy',
        ],
        Resource: '*',
      },
    ],
  }),
  managed('IAMReadOnlyAccess', 'ANPAJKSO7NDY4T57MWDSQ', {
    description: 'Provides read only access to IAM via the AWS Management Console.',
    versionId: 'v4',
    created: '2015-02-06T18:40:39Z',
    updated: '2018-01-25T19:11:27Z',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'iam:GenerateCredentialReport',
          'iam:GenerateServiceLastAccessedDetails',
          'iam:Get*',
          'iam:List*',
          'iam:SimulateCustomPolicy',
          'iam:SimulatePrincipalPolicy',
        ],
        Resource: '*',
      },
    ],
  }),
  managed('IAMUserChangePassword', 'ANPAJ4L4MM2A7QIEB56MS', {
    description: 'Provides the ability for an IAM user to change their own password.',
    versionId: 'v3',
    created: '2016-11-15T00:25:16Z',
    updated: '2025-05-29T21:52:00Z',
    statements: [
      {
        Effect: 'Allow',
        Action: ['iam:ChangePassword'],
        Resource: ['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::*:user/*/${aws:username}'],
      },
      { Effect: 'Allow', Action: ['iam:GetAccountPasswordPolicy'], Resource: '*' },
    ],
  }),
  managed('AWSKeyManagementServicePowerUser', 'ANPAJNPP7PPPPMJRV2SA4', {
    description: 'Provides access to AWS Key Management Service (KMS).',
    versionId: 'v2',
    created: '2015-02-06T18:40:40Z',
    updated: '2017-03-07T00:55:11Z',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'kms:CreateAlias',
          'kms:CreateKey',
          'kms:DeleteAlias',
          'kms:Describe*',
          'kms:GenerateRandom',
          'kms:Get*',
          'kms:List*',
          'kms:TagResource',
          'kms:UntagResource',
          'iam:ListGroups',
          'iam:ListRoles',
          'iam:ListUsers',
        ],
        Resource: '*',
      },
    ],
  }),
  managed('AWSDenyAll', 'ANPAZKAPJZG4P43IUQ5E5', {
    description: 'Deny all access.',
    versionId: 'v2',
    created: '2019-05-01T22:36:14Z',
    updated: '2023-12-18T16:42:05Z',
    statements: [{ Sid: 'DenyAll', Effect: 'Deny', Action: ['*'], Resource: '*' }],
  }),
]

interface Published {
  readonly path?: string
  readonly description: string
  readonly versionId: string
  readonly created: string
  readonly updated: string
  readonly statements: readonly object[]
}

function managed(name: string, id: string, published: Published): AwsManagedPolicy {
  const { path = '/', description, versionId, created, updated, statements } = published
  return {
    name,
    path,
    arn: `arn:aws:iam::aws:policy${path}${name}`,
    id,
    description,
    versionId,
    createdAt: new Date(created),
    updatedAt: new Date(updated),
    document: JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2),
  }
}
