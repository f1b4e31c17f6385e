import { ApiError } from './api-error.ts'
import { type Pair, pairsIn, tagsXml } from './pairs.ts'
import { send, sendXml } from './send.ts'
import { objectPath } from './uri-encoding.ts'
import { parseXml, S3_NAMESPACE, xmlText } from './xml.ts'

/** An object, or one version of it. */
export interface ObjectName {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
}

function target({ bucket, key, versionId }: ObjectName, resource?: string) {
  const query = {
    ...(resource !== undefined && { [resource]: '' }),
    ...(versionId !== undefined && { versionId }),
  }
  return { path: objectPath(bucket, key), query }
}

/** The headers that S3 answers to HEAD, with the checksums where the user may decrypt: they tell of what a key seals. */
export async function headObject(name: ObjectName): Promise<Headers> {
  const request = { method: 'HEAD', ...target(name) } as const
  try {
    return (await send({ ...request, headers: { 'x-amz-checksum-mode': 'ENABLED' } })).headers
  } catch (error) {
    // The key of an object may be refused or be disabled, and answers to HEAD do not tell which it was.
    if (!(error instanceof ApiError) || ![400, 403].includes(error.status)) throw error
    return (await send(request)).headers
  }
}

/** The first bytes of an object, or all where it has no more. */
export async function readStart(
  name: ObjectName,
  mostBytes: number,
  signal?: AbortSignal,
): Promise<Response> {
  const headers = { range: `bytes=0-${mostBytes - 1}` }
  return send({ method: 'GET', ...target(name), headers, signal })
}

/** All of an object, in memory. */
export async function readAll(name: ObjectName, signal?: AbortSignal): Promise<ArrayBuffer> {
  return (await send({ method: 'GET', ...target(name), signal })).arrayBuffer()
}

export async function getTags(name: ObjectName): Promise<Pair[]> {
  const root = parseXml(await (await send({ method: 'GET', ...target(name, 'tagging') })).text())
  return pairsIn(root, 'TagSet')
}

/** In place of those there were. */
export async function putTags(name: ObjectName, tags: readonly Pair[]): Promise<void> {
  const body = `<Tagging xmlns="${S3_NAMESPACE}"><TagSet>${tagsXml(tags)}</TagSet></Tagging>`
  await sendXml({ method: 'PUT', ...target(name, 'tagging'), body })
}

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE'
  /** ISO 8601. */
  readonly until: string
  /** Under an event hold: how long it is kept from its release on, as `90 days`. */
  readonly heldFor?: string | undefined
}

/** `undefined` where there is none. Rejects where the bucket has no Object Lock. */
export async function getRetention(name: ObjectName): Promise<Retention | undefined> {
  const response = await send({ method: 'GET', ...target(name, 'retention') }).catch(noneIfUnset)
  if (!response) return undefined
  const root = parseXml(await response.text())
  const mode = xmlText(root, 'Mode') === 'COMPLIANCE' ? 'COMPLIANCE' : 'GOVERNANCE'
  return { mode, until: xmlText(root, 'RetainUntilDate') ?? '', heldFor: heldFor(root) }
}

function heldFor(root: Element): string | undefined {
  const [days, years] = [xmlText(root, 'Days'), xmlText(root, 'Years')]
  if (days !== undefined) return `${days} days`
  return years && `${years} years`
}

/** From now on it is kept for as long as the hold says. */
export async function releaseEventHold(name: ObjectName): Promise<void> {
  const body = `<Retention xmlns="${S3_NAMESPACE}"><EventHold>OFF</EventHold></Retention>`
  await sendXml({ method: 'PUT', ...target(name, 'retention'), body })
}

/** `bypass`: may shorten one of GOVERNANCE, with the permission to. */
export async function putRetention(
  name: ObjectName,
  { mode, until }: Retention,
  bypass: boolean,
): Promise<void> {
  const headers = bypass ? { 'x-amz-bypass-governance-retention': 'true' } : {}
  const body = `<Retention xmlns="${S3_NAMESPACE}"><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`
  await sendXml({ method: 'PUT', ...target(name, 'retention'), headers, body })
}

export async function getLegalHold(name: ObjectName): Promise<boolean> {
  const response = await send({ method: 'GET', ...target(name, 'legal-hold') }).catch(noneIfUnset)
  return response !== undefined && xmlText(parseXml(await response.text()), 'Status') === 'ON'
}

export async function putLegalHold(name: ObjectName, isHeld: boolean): Promise<void> {
  const body = `<LegalHold xmlns="${S3_NAMESPACE}"><Status>${isHeld ? 'ON' : 'OFF'}</Status></LegalHold>`
  await sendXml({ method: 'PUT', ...target(name, 'legal-hold'), body })
}

function noneIfUnset(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'NoSuchObjectLockConfiguration')
    return undefined
  throw error
}

/** With a version: for good. With an ETag it rejects with `PreconditionFailed` where the object has another by now. */
export async function deleteOne(name: ObjectName, etag?: string): Promise<void> {
  await send({ method: 'DELETE', ...target(name), headers: etag === undefined ? {} : { 'if-match': etag } })
}

/** Asks for a copy of an archived object for some days. */
export async function restoreArchived(name: ObjectName, days: number): Promise<void> {
  const body = `<RestoreRequest xmlns="${S3_NAMESPACE}"><Days>${days}</Days></RestoreRequest>`
  await sendXml({ method: 'POST', ...target(name, 'restore'), body })
}
