import type { Acl } from '../../../access/acl/acl.ts'
import type { Owners } from '../../../access/acl/canned-acl.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { AccessControlPolicy } from '../../../model/types.gen.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { type AclInput, hasGrants, requestedAcl } from '../../shared/grants/requested-acl.ts'
import { aclOfDocument } from './policy-acl.ts'

/**
 * The ACL that PutBucketAcl and PutObjectAcl are given in exactly one of three forms: canned, grants in headers, a
 * document. Source: S3 API Reference, PutObjectAcl.
 */
export function askedAcl(
  service: S3Service,
  input: AclInput & { readonly AccessControlPolicy?: AccessControlPolicy | undefined },
  on: 'bucket' | 'object',
  owners: Owners,
): Acl {
  const { AccessControlPolicy: document } = input
  if (document) {
    if (input.ACL !== undefined || hasGrants(input)) throw new S3Error('UnexpectedContent')
    return aclOfDocument(service, document, owners.ownerCanonicalId)
  }
  const acl = requestedAcl(service, input, on, owners)
  if (!acl) throw new S3Error('MissingSecurityHeader', { MissingHeaderName: 'x-amz-acl' })
  return acl
}
