import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import { IAM_BOUNDS, STS_BOUNDS } from './query-bounds.ts'
import type { QueryApiSource } from './build-query-model.ts'

interface NamedSource extends QueryApiSource {
  readonly name: string
  /** Of the names of its types. */
  readonly prefix: string
}

/** Versions and namespaces stand in the runtime configuration of the clients, which they do not export. */
export const queryApis: readonly NamedSource[] = [
  {
    name: 'iam',
    prefix: 'Iam',
    packageName: '@aws-sdk/client-iam',
    client: iam,
    version: '2010-05-08',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    bounds: IAM_BOUNDS,
    // Source: IAM API Reference, AttachedPermissionsBoundary: "can only have a value of Policy", as in the example of create-user in the AWS
    // CLI's reference; the valid values that the page goes on to list are the client's.
    enums: { PermissionsBoundaryAttachmentType: ['Policy'] },
  },
  {
    name: 'sts',
    prefix: 'Sts',
    packageName: '@aws-sdk/client-sts',
    client: sts,
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    bounds: STS_BOUNDS,
  },
]
