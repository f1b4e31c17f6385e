import { expect, it } from 'vitest'
import { iamOperations } from '../iam/iam-operations.ts'
import { isTrackedAction, TRACKED_ACTIONS } from '../identities/tracked-actions.ts'
import { kmsOperations } from '../kms/kms-operations.ts'
import { controlOperationNames, operationNames } from '../model/operation-names.gen.ts'
import { findOperation } from '../s3/s3-operations.ts'
import { stsOperations, unsignedStsOperations } from '../sts/sts-operations.ts'

const ofS3 = [...operationNames, ...controlOperationNames].flatMap((name) => {
  const access = findOperation(name)?.access
  const isOfS3 = access && access.on !== 'object' && access.action.startsWith('s3:')
  return isOfS3 ? [access.action.slice('s3:'.length)] : []
})

/** Those of AWS's service reference without "IAM Action Last Accessed", of what there is here; of S3 those on buckets and accounts. */
const UNTRACKED = {
  iam: /Tag|^Untag/,
  kms: /Tag|^Untag|^PutKeyPolicy$|^ReEncrypt$/,
  s3: /Tag|^Untag|^ListBucket$|^ListBucketVersions$/,
  sts: /^$/,
}

it.each([
  ['iam', [...iamOperations.keys()]],
  ['kms', [...kmsOperations.keys()]],
  ['s3', ofS3],
  ['sts', [...stsOperations.keys(), ...unsignedStsOperations.keys()]],
] as const)('tracks all of %s that AWS tracks and that is here', (service, there) => {
  const actions = [...new Set(there)].filter((name) => !UNTRACKED[service].test(name))
  expect(TRACKED_ACTIONS[service]).toEqual(actions.toSorted())
  expect(actions.every((name) => isTrackedAction(`${service}:${name}`))).toBe(true)
})
