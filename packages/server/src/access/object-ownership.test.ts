import { describe, expect, it } from 'vitest'
import { type Acl, canonicalGrant, type Grant, groupGrant, privateAcl } from './acl/acl.ts'
import { grantsToOthers, isBucketOwnerFullControl, isObjectOwnership } from './object-ownership.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import { allBlocked, effectiveAcl, refusesAcl, refusesPolicy } from './public-access-block.ts'

const BUCKET_OWNER = 'b'.repeat(64)
const WRITER = 'c'.repeat(64)
const aclOf = (...grants: Grant[]): Acl => ({ ownerCanonicalId: WRITER, grants })

describe('object ownership', () => {
  it('is one of three words, spelt as S3 spells them', () => {
    expect(isObjectOwnership('ObjectWriter')).toBe(true)
    expect(isObjectOwnership('objectwriter')).toBe(false)
  })

  it('accepts the forms of bucket owner full control', () => {
    const full = canonicalGrant(BUCKET_OWNER, 'FULL_CONTROL')
    const own = canonicalGrant(WRITER, 'FULL_CONTROL')
    const owners = { bucketOwnerCanonicalId: BUCKET_OWNER, writerCanonicalId: WRITER }
    expect(isBucketOwnerFullControl(aclOf(full), owners)).toBe(true)
    expect(isBucketOwnerFullControl(aclOf(own, full), owners)).toBe(true)
    expect(isBucketOwnerFullControl(aclOf(own), owners)).toBe(false)
    expect(isBucketOwnerFullControl(aclOf(own, canonicalGrant(BUCKET_OWNER, 'READ')), owners)).toBe(false)
    expect(isBucketOwnerFullControl(aclOf(full, groupGrant('AllUsers', 'READ')), owners)).toBe(false)
    expect(isBucketOwnerFullControl(aclOf(full, own), { ...owners, writerCanonicalId: undefined })).toBe(
      false,
    )
  })

  it('needs a bucket ACL for nobody else', () => {
    expect(grantsToOthers(privateAcl(WRITER))).toBe(false)
    expect(grantsToOthers(aclOf(canonicalGrant(BUCKET_OWNER, 'READ')))).toBe(true)
    expect(grantsToOthers(aclOf(groupGrant('LogDelivery', 'WRITE')))).toBe(true)
  })
})

describe('public access blocks', () => {
  const open = {
    blockPublicAcls: false,
    ignorePublicAcls: false,
    blockPublicPolicy: false,
    restrictPublicBuckets: false,
  }
  const publicAcl = aclOf(canonicalGrant(WRITER, 'FULL_CONTROL'), groupGrant('AuthenticatedUsers', 'READ'))

  it('refuse public ACLs and policies, each by its own switch', () => {
    const statement = {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::b/*',
    }
    const policy = parsePolicy(JSON.stringify({ Statement: statement }), { kind: 'bucket', bucket: 'b' })
    expect(refusesAcl({ ...open, blockPublicAcls: true }, publicAcl)).toBe(true)
    expect(refusesAcl({ ...allBlocked, blockPublicAcls: false }, publicAcl)).toBe(false)
    expect(refusesAcl(allBlocked, privateAcl(WRITER))).toBe(false)
    expect(refusesAcl(undefined, publicAcl)).toBe(false)
    expect(refusesPolicy({ ...open, blockPublicPolicy: true }, policy)).toBe(true)
    expect(refusesPolicy({ ...allBlocked, blockPublicPolicy: false }, policy)).toBe(false)
  })

  it('show what of an ACL takes effect', () => {
    expect(effectiveAcl(allBlocked, publicAcl)).toEqual(privateAcl(WRITER))
    expect(effectiveAcl(open, publicAcl)).toBe(publicAcl)
  })
})
