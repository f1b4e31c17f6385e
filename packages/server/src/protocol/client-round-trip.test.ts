import { Readable } from 'node:stream'
import * as client from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import type { RequestHead } from '../base/request-head.ts'
import type { RequestBody } from '../model/body.ts'
import { operationNames } from '../model/operation-names.gen.ts'
import { operationModel } from '../model/operations.ts'
import type { OperationName, OperationOutputs } from '../model/types.gen.ts'
import { decodeInput, hasStreamingBody } from './decode.ts'
import { encodeOutput, type EncodedResponse } from './encode.ts'
import {
  sampleBytes,
  sampleDate,
  sampleInput,
  sampleOutput,
  type SampleValues,
} from './model-samples.suite.ts'
import { route } from './route.ts'

interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string | string[] | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}
interface Client {
  send(command: object): Promise<SampleValues>
}
type Command = new (input: SampleValues) => object

/** Members that the client fills in by itself, whatever it is told. */
const clientsOwn = new Set(['ContentMD5', 'SSECustomerKey', 'SSECustomerKeyMD5'])
const clientsOwnForCopies = new Set(['CopySourceSSECustomerKey', 'CopySourceSSECustomerKeyMD5'])

describe('the JavaScript client and this server mean the same', () => {
  it.each(operationNames)('%s: its input', async (name) => {
    const input = withoutClientsOwn(name, sampleInput(name))
    const request = await requestOf(name, asClientHasIt(input))
    const head = headOf(request)
    const asked = route(head, [])
    expect(asked.operation).toBe(name)
    const decoded = decodeInput(name, asked, head, bodyOf(name, request))
    expect(withoutClientsOwn(name, { ...decoded })).toEqual(withStreams(name, input))
  })

  it.each(operationNames)('%s: its output', async (name) => {
    const output = sampleOutput(name)
    // Frames of an event stream are the operation's own business.
    if (name === 'SelectObjectContent') output['Payload'] = ''
    const encoded = encodeOutput(name, output as OperationOutputs[OperationName])
    const read = await readByClient(name, encoded)
    if (name === 'SelectObjectContent') return
    // The client does not know of it: see the overlay.
    if (name.endsWith('ObjectAcl')) delete output['VersionId']
    expect(read).toEqual(asClientHasIt(output))
  })
})

function isClientsOwn(name: OperationName, member: string): boolean {
  if (clientsOwn.has(member) || clientsOwnForCopies.has(member)) return true
  // It does not know of its conditions: see the overlay.
  if (name === 'GetObjectAttributes' && member.startsWith('If')) return true
  return operationModel(name).input[member]?.header === 'x-amz-sdk-checksum-algorithm'
}

function withoutClientsOwn(name: OperationName, values: SampleValues): SampleValues {
  return Object.fromEntries(Object.entries(values).filter(([member]) => !isClientsOwn(name, member)))
}

/** Where our types are not the client's. */
function asClientHasIt(values: SampleValues): SampleValues {
  const theirs: SampleValues = {}
  for (const [member, value] of Object.entries(values)) {
    if (member === 'Expires' || member === 'ResponseExpires') theirs[member] = sampleDate
    else if (/^(Next)?PartNumberMarker$/.test(member)) theirs[member] = String(value)
    else if (member === 'Versions') Object.assign(theirs, versionsByKind(value as SampleValues[]))
    else if (member === 'ObjectParts') theirs[member] = asClientHasIt(value as SampleValues)
    else theirs[member] = value
  }
  return theirs
}

function versionsByKind(listed: readonly SampleValues[]): SampleValues {
  return { Versions: listed.flatMap(({ Version }) => Version ?? []) }
}

function withStreams(name: OperationName, values: SampleValues): SampleValues {
  if (!hasStreamingBody(name)) return values
  return Object.fromEntries(
    Object.entries(values).map(([member, value]) => [member, value === sampleBytes ? stream : value]),
  )
}

const stream: RequestBody = {
  sizeBytes: sampleBytes.length,
  bytes: (async function* () {})(),
  trailers: {},
  announcedTrailers: [],
}

function commandOf(name: OperationName): Command {
  return (client as unknown as Record<string, Command>)[`${name}Command`] as Command
}

function clientWith(handle: (request: HttpRequest) => EncodedResponse): Client {
  return new client.S3Client({
    region: 'us-east-1',
    endpoint: 'http://localhost:9000',
    forcePathStyle: true,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: unknown) => {
        const { status, headers, body = '' } = handle(request as HttpRequest)
        const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
        const bytes = Readable.from([Buffer.from(body as string)])
        return { response: { statusCode: status, headers: Object.fromEntries(lower), body: bytes } as never }
      },
    },
  })
}

async function requestOf(name: OperationName, input: SampleValues): Promise<HttpRequest> {
  const seen: HttpRequest[] = []
  const sender = clientWith((request) => {
    seen.push(request)
    throw new Error('seen')
  })
  await sender.send(new (commandOf(name))(input)).catch((error: Error) => {
    if (seen.length === 0) throw error
  })
  const [request] = seen
  if (request === undefined) throw new Error('the client sent nothing')
  return request
}

async function readByClient(name: OperationName, encoded: EncodedResponse): Promise<SampleValues> {
  const input = asClientHasIt(sampleInput(name))
  // Asked to, the client checks the body against the sample of a checksum.
  delete input['ChecksumMode']
  const command = new (commandOf(name))(input)
  const read = await clientWith(() => encoded).send(command)
  delete read['$metadata']
  delete read['ExpiresString']
  for (const [member, value] of Object.entries(read)) {
    if (value instanceof Readable) read[member] = String(Buffer.concat(await value.toArray()))
  }
  return read
}

function headOf({ method, path, query, headers }: HttpRequest): RequestHead {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    [value].flat().map((each) => `${encodeURIComponent(key)}=${encodeURIComponent(each ?? '')}`),
  )
  const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return { method, path, query: pairs.join('&'), headers: Object.fromEntries(names) }
}

function bodyOf(name: OperationName, { body }: HttpRequest): RequestBody | Uint8Array | undefined {
  if (hasStreamingBody(name)) return stream
  return body === undefined ? undefined : Buffer.from(body)
}
