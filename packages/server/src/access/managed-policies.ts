/** A policy that AWS manages: everybody may attach it, nobody may change it. */
export interface AwsManagedPolicy {
  readonly name: string
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
 * ReadOnlyAccess, which names hundreds of services, there are the actions of those that exist here.
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
  readonly description: string
  readonly versionId: string
  readonly created: string
  readonly updated: string
  readonly statements: readonly object[]
}

function managed(name: string, id: string, published: Published): AwsManagedPolicy {
  const { description, versionId, created, updated, statements } = published
  return {
    name,
    arn: `arn:aws:iam::aws:policy/${name}`,
    id,
    description,
    versionId,
    createdAt: new Date(created),
    updatedAt: new Date(updated),
    document: JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2),
  }
}
