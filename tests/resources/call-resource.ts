import type { S3Client } from '@aws-sdk/client-s3'
import { type Action, boto3Definitions, type ResourceDefinition } from './boto3-definitions.ts'
import { camelCase, className } from './boto3-table.ts'
import { type Recorded, recordingClient } from './recording-client.ts'

type Method = (...parameters: unknown[]) => unknown
type ResourceClass = new (...parameters: unknown[]) => object

/** The package, its classes by name. */
export type Classes = Readonly<Record<string, unknown>>

/** A value to tell an identifier by. */
export function identifierValue(name: string): unknown {
  return name === 'part_number' ? 7 : `the ${name}`
}

export function makeResource(
  classes: Classes,
  resource: string,
  { identifiers }: ResourceDefinition,
  client: S3Client,
): object {
  const Class = classes[className(resource)] as ResourceClass
  return new Class(...identifiers.map(identifierValue), client)
}

export function read(target: object, name: string): unknown {
  return Reflect.get(target, name) as unknown
}

export function call(target: object, method: string, ...parameters: unknown[]): unknown {
  return (read(target, method) as Method).apply(target, parameters)
}

/** Parameters that an action here cannot do without, by the name of its operation. */
const NEEDED: Readonly<Record<string, object>> = {
  CopyObject: { CopySource: 'bucket/key' },
  CreateBucket: { Bucket: 'bucket in input' },
  DeleteObjects: { Delete: { Objects: [{ Key: 'key in input' }] } },
  PutBucketCors: { CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] } },
  PutBucketLogging: { BucketLoggingStatus: {} },
  PutBucketNotificationConfiguration: { NotificationConfiguration: {} },
  PutBucketPolicy: { Policy: '{}' },
  PutBucketRequestPayment: { RequestPaymentConfiguration: { Payer: 'Requester' } },
  PutBucketTagging: { Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } },
  PutBucketVersioning: { VersioningConfiguration: { Status: 'Enabled' } },
  PutBucketWebsite: { WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' } } },
  PutObject: { Key: 'key in input' },
  UploadPartCopy: { CopySource: 'bucket/key' },
}

/** The parameters that this action cannot do without, beside those that its resource binds. */
export function neededBy({ request: { operation, params = [] } }: Action): Record<string, unknown> {
  const bound = new Set(params.map(({ target }) => target.split('.')[0]))
  return Object.fromEntries(Object.entries(NEEDED[operation] ?? {}).filter(([name]) => !bound.has(name)))
}

/** Every request that the resources send of themselves: of all actions and loads, and of the first pages. */
export async function everyRequest(classes: Classes): Promise<Recorded[]> {
  const { client, requests } = recordingClient(() => ({ UploadId: 'id' }))
  for (const [resource, definition] of Object.entries(boto3Definitions.resources)) {
    const target = makeResource(classes, resource, definition, client)
    for (const [name, action] of Object.entries(definition.actions)) {
      await call(target, camelCase(name), neededBy(action))
    }
    if (definition.load) await call(target, 'load')
    for (const collection of Object.keys(definition.collections)) {
      for await (const _ of read(target, camelCase(collection)) as AsyncIterable<unknown>) break
    }
  }
  return requests
}
