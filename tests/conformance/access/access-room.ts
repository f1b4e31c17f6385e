import { hash } from 'node:crypto'
import type { S3Client } from '@aws-sdk/client-s3'
import { type StartServerOptions, startServer, type TestServer } from 'holdfast'
import {
  type Credentials,
  mainAccount,
  mainCredentials,
  otherAccount,
  otherCredentials,
} from '../../support/accounts.ts'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { expectSuccess } from '../objects/object-room.ts'

const thirdCredentials: Credentials = {
  accessKeyId: 'HOLDFASTTHIRDKEY0001',
  secretAccessKey: 'third/secret+key/0123456789abcdefghijklm',
}
export const thirdAccount = {
  id: '100000000003',
  name: 'third',
  displayName: 'T. Tester',
  email: 'third@example.com',
  canonicalId: '3'.repeat(64),
  accessKeys: [thirdCredentials],
}

/** Who asks. `owner` owns the buckets, `writer` writes into them, `third` has nothing to do with either. */
export type Who = 'owner' | 'writer' | 'third' | 'anonymous'
export const EVERYBODY: readonly Who[] = ['owner', 'writer', 'third', 'anonymous']

export const owner = mainAccount
export const writer = otherAccount
export const third = thirdAccount

const CREDENTIALS: Readonly<Record<Exclude<Who, 'anonymous'>, Credentials>> = {
  owner: mainCredentials,
  writer: otherCredentials,
  third: thirdCredentials,
}

export type Parts = Omit<RawRequest, 'path' | 'method' | 'credentials' | 'anonymous'>

export const GROUPS = {
  everyone: 'http://acs.amazonaws.com/groups/global/AllUsers',
  authenticated: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
  logDelivery: 'http://acs.amazonaws.com/groups/s3/LogDelivery',
} as const

/** A server with three accounts whose buckets have ACLs and no public access block, and short names for what tests do. */
export class AccessRoom implements AsyncDisposable {
  readonly server: TestServer
  #made = 0

  private constructor(server: TestServer) {
    this.server = server
  }

  static async open(options: StartServerOptions = {}): Promise<AccessRoom> {
    return new AccessRoom(
      await startServer({
        accounts: [owner, writer, third],
        newBuckets: { objectOwnership: 'ObjectWriter', blockPublicAccess: false },
        minimumPartBytes: 1,
        ...options,
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }

  /** The AWS SDK as one of the accounts. */
  client(who: Exclude<Who, 'anonymous'> = 'owner'): S3Client {
    // The SDK writes into what it is given, which other tests of this process use too.
    return s3Client(this.server, { credentials: { ...CREDENTIALS[who] } })
  }

  /** A request about the service, a bucket or, with a key, an object. */
  ask(who: Who, method: string, bucket: string, key?: string, parts: Parts = {}): Promise<RawAnswer> {
    return rawRequest(this.server, {
      method,
      path: key === undefined ? `/${bucket}` : objectPath(bucket, key),
      ...parts,
      ...(who === 'anonymous' ? { anonymous: true } : { credentials: CREDENTIALS[who] }),
    })
  }

  /** The same, and it has to succeed. */
  async must(who: Who, method: string, bucket: string, key?: string, parts: Parts = {}): Promise<RawAnswer> {
    const answer = await this.ask(who, method, bucket, key, parts)
    expectSuccess(answer, method === 'HEAD' ? 200 : Math.min(answer.status, 299))
    return answer
  }

  /** A new bucket of `owner`. */
  async bucket(headers: Record<string, string> = {}, who: Who = 'owner'): Promise<string> {
    const name = `bucket-${++this.#made}`
    await this.must(who, 'PUT', name, undefined, { headers })
    return name
  }

  put(
    bucket: string,
    key: string,
    headers: Record<string, string> = {},
    who: Who = 'owner',
  ): Promise<RawAnswer> {
    return this.must(who, 'PUT', bucket, key, { headers, body: `${bucket}/${key}` })
  }

  /** Sets or takes away a setting of a bucket, as its owner. */
  async set(bucket: string, setting: string, document?: string): Promise<void> {
    const method = document === undefined ? 'DELETE' : 'PUT'
    await this.must('owner', method, bucket, undefined, settingParts(setting, document))
  }

  ownership(bucket: string, ownership: string): Promise<void> {
    return this.set(bucket, 'ownershipControls', ownershipDocument(ownership))
  }

  block(bucket: string, ...switches: string[]): Promise<void> {
    return this.set(bucket, 'publicAccessBlock', blockDocument(switches))
  }

  policy(bucket: string, ...statements: Statement[]): Promise<void> {
    return this.set(bucket, 'policy', policyDocument(bucket, statements))
  }
}

function settingParts(setting: string, document = ''): Parts {
  return { query: `${setting}=`, body: document, headers: withMd5(document) }
}

/** The header by which a document proves that it is whole. */
export function withMd5(document: string): Record<string, string> {
  return document === '' ? {} : { 'content-md5': hash('md5', document, 'base64') }
}

export function ownershipDocument(...ownerships: string[]): string {
  const rules = ownerships.map((text) => `<Rule><ObjectOwnership>${text}</ObjectOwnership></Rule>`)
  return `<OwnershipControls>${rules.join('')}</OwnershipControls>`
}

export function blockDocument(switches: readonly string[]): string {
  const on = switches.map((name) => `<${name}>true</${name}>`)
  const elements = on.length > 0 ? on : ['<BlockPublicAcls>false</BlockPublicAcls>']
  return `<PublicAccessBlockConfiguration>${elements.join('')}</PublicAccessBlockConfiguration>`
}

/** A statement of a bucket policy; what is left out is `Allow`, everybody and the bucket with all its objects. */
export type Statement = Readonly<Record<string, unknown>>

export function policyDocument(bucket: string, statements: readonly Statement[]): string {
  const arn = `arn:aws:s3:::${bucket}`
  const complete = (statement: Statement) => ({
    Effect: 'Allow',
    ...('NotPrincipal' in statement ? {} : { Principal: '*' }),
    ...('NotResource' in statement ? {} : { Resource: [arn, `${arn}/*`] }),
    ...statement,
  })
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map(complete) })
}

export const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

export function grantElement(grantee: string, permission: string): string {
  return `<Grant>${grantee}<Permission>${permission}</Permission></Grant>`
}

export function user(id: string): string {
  return `<Grantee ${xsi} xsi:type="CanonicalUser"><ID>${id}</ID></Grantee>`
}

export function group(uri: string): string {
  return `<Grantee ${xsi} xsi:type="Group"><URI>${uri}</URI></Grantee>`
}

export function byEmail(address: string): string {
  return `<Grantee ${xsi} xsi:type="AmazonCustomerByEmail"><EmailAddress>${address}</EmailAddress></Grantee>`
}

export function aclDocument(ownerId: string, ...grants: string[]): string {
  return `<AccessControlPolicy><Owner><ID>${ownerId}</ID></Owner><AccessControlList>${grants.join('')}</AccessControlList></AccessControlPolicy>`
}

/** The grants that an ACL's document shows, each as `PERMISSION grantee`, and its owner. */
export function shownGrants(answer: RawAnswer): { owner: string; grants: string[] } {
  const grants = [...answer.text.matchAll(/<Grant>.*?<\/Grant>/gs)].map(([grant]) => {
    const [whom = ''] = [...xmlTexts(grant, 'ID'), ...xmlTexts(grant, 'URI')]
    return `${xmlTexts(grant, 'Permission')[0]} ${whom}`
  })
  return { owner: xmlTexts(answer.text.replace(/<AccessControlList>.*/s, ''), 'ID')[0] ?? '', grants }
}

export const VERSIONED = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
