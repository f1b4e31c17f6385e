import { describe, expect, it } from 'vitest'
import { CONTEXT_KEYS } from '../../../packages/server/src/access/context-keys.ts'
import { DIRECTORY_ACTIONS, S3_ACTIONS } from '../../../packages/server/src/access/s3-actions.ts'
import type { AccessRule } from '../../../packages/server/src/access/access-rule.ts'
import { operationModel } from '../../../packages/server/src/model/operations.ts'
import type { OperationName } from '../../../packages/server/src/model/types.gen.ts'
import { operations } from '../../../packages/server/src/s3/s3-operations.ts'

const registered = Object.entries(operations) as [OperationName, { name: string; access?: AccessRule }][]

describe('every operation', () => {
  it.each(registered)('%s declares its permission', (name, operation) => {
    expect(operation.name).toBe(name)
    const { access } = operation
    expect(access?.action).toMatch(/^s3(express)?:[A-Z]\w+$/)
  })

  it.each(registered)('%s asks for an action of S3 that is about what it is about', (_, { access }) => {
    const on: unknown[] = access?.on === 'account' ? ['other', 'bucket'] : [access?.on]
    const actions = [access?.action, access?.versionedAction ?? access?.action]
    const about = actions.map((action = 's3:None') => S3_ACTIONS.get(action.toLowerCase()))
    const isOfDirectories = access?.action.startsWith('s3express:') === true
    expect(isOfDirectories || about.every((each) => on.includes(each))).toBe(true)
    const directory = access?.directory?.action
    expect(directory === undefined ? !isOfDirectories : DIRECTORY_ACTIONS.has(directory.toLowerCase())).toBe(
      true,
    )
  })

  it.each(registered)('%s is about the object that it names, or its bucket', (name, { access }) => {
    const { level } = operationModel(name)
    // Those of S3 Control name theirs in labels.
    const ofControl = access?.on === 'bucket' ? 'bucket' : 'account'
    // DeleteObjects names its objects in the document; CreateBucket makes what it is about, CreateSession looks itself.
    const expected =
      name === 'DeleteObjects'
        ? 'object'
        : name === 'CreateBucket' || name === 'CreateSession'
          ? 'account'
          : level === 'control'
            ? ofControl
            : level
    expect(access?.on).toBe(expected === 'service' ? 'account' : expected)
  })

  it('has a grant of ACLs that S3’s table maps to its action', () => {
    // Source: S3 User Guide, "Mapping of ACL permissions and access policy permissions".
    const granted = registered.flatMap(([, { access }]) => {
      const actions = [access?.action, access?.versionedAction].filter((action) => action !== undefined)
      return access?.acl ? actions.map((action) => `${access.acl?.on} ${access.acl?.grant} ${action}`) : []
    })
    expect([...new Set(granted)].toSorted()).toEqual([
      'bucket READ s3:ListBucket',
      'bucket READ s3:ListBucketMultipartUploads',
      'bucket READ s3:ListBucketVersions',
      'bucket READ_ACP s3:GetBucketAcl',
      'bucket WRITE s3:DeleteObject',
      'bucket WRITE s3:DeleteObjectVersion',
      'bucket WRITE s3:PutObject',
      'bucket WRITE_ACP s3:PutBucketAcl',
      'object READ s3:GetObject',
      // Not in the table, but nothing that GetObject would not tell.
      'object READ s3:GetObjectAttributes',
      'object READ s3:GetObjectVersion',
      'object READ s3:GetObjectVersionAttributes',
      'object READ_ACP s3:GetObjectAcl',
      'object READ_ACP s3:GetObjectVersionAcl',
      'object WRITE_ACP s3:PutObjectAcl',
      'object WRITE_ACP s3:PutObjectVersionAcl',
    ])
  })
})

it('CreateBucket tells policies where the bucket is to be', () => {
  const { contextKeys } = operations.CreateBucket as { contextKeys?: (input: object, now: Date) => object }
  const keys = (configuration: object) => contextKeys?.({ Bucket: 'b', ...configuration }, new Date(0))
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' }
  expect(keys({ CreateBucketConfiguration })).toEqual({ 's3:LocationConstraint': 'eu-west-1' })
  expect(keys({})).toEqual({ 's3:LocationConstraint': undefined })
})

it('condition keys name actions of S3', () => {
  const unknown = CONTEXT_KEYS.flatMap(({ actions = [] }) => actions).filter(
    (action) => !S3_ACTIONS.has(`s3:${action.toLowerCase()}`),
  )
  expect(unknown).toEqual([])
})
