import type { S3Client } from '@aws-sdk/client-s3'
import { boto3Definitions, type ResourceDefinition } from './boto3-definitions.ts'
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

/** Parameters that an action here cannot do without. */
export const needed: Readonly<Record<string, object>> = {
  put_object: { Key: 'key in input' },
  create_bucket: { Bucket: 'bucket in input' },
}

/** Every request that the resources send of themselves: of all actions and loads, and of the first pages. */
export async function everyRequest(classes: Classes): Promise<Recorded[]> {
  const { client, requests } = recordingClient(() => ({ UploadId: 'id' }))
  for (const [resource, definition] of Object.entries(boto3Definitions.resources)) {
    const target = makeResource(classes, resource, definition, client)
    for (const action of Object.keys(definition.actions)) {
      await call(target, camelCase(action), { ...needed[action] })
    }
    if (definition.load) await call(target, 'load')
    for (const collection of Object.keys(definition.collections)) {
      for await (const _ of read(target, camelCase(collection)) as AsyncIterable<unknown>) break
    }
  }
  return requests
}
