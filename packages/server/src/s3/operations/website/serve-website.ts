import type { AccessRule } from '../../../access/access-rule.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { assertKeyLength, MOST_KEY_BYTES } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { WebsiteConfiguration } from '../../../model/types.gen.ts'
import { bucketOf, type OperationContext } from '../../shared/service/operation.ts'
import { keyCaller } from '../../shared/sealing/key-context.ts'
import { assertRestored } from '../../shared/storage-tiers/archived.ts'
import { hideMissingKey } from '../../shared/deciding/hide-missing-key.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'
import {
  folderLocation,
  type Redirection,
  redirectionBy,
  redirectionOfAll,
  safeInUrl,
  type Visited,
} from './routing-rules.ts'
import { readWebsite } from './website.ts'

/** A request to a website. */
export interface Visit<Page> extends Visited {
  readonly bucketName: string
  readonly context: OperationContext
  /** What reading an object asks for. */
  readonly access: AccessRule
  /** Reads an object; the conditions and the range of the request are heeded where it is the page that was asked for. */
  read(key: string, isAsked: boolean): Promise<Page>
  /** What S3 answers for whatever was thrown. */
  errorOf(fault: unknown): S3Error
}

/** What a website answers. */
export type WebsiteAnswer<Page> =
  /** With the error that it stands for, where it is the error document. */
  | { readonly kind: 'page'; readonly page: Page; readonly error?: S3Error }
  | ({ readonly kind: 'redirection' } & Redirection)
  /** There is a folder of that name: S3 says so with a page of its own. */
  | { readonly kind: 'folder'; readonly location: string }
  /** `documentError`: why there is no error document. */
  | { readonly kind: 'error'; readonly error: S3Error; readonly documentError?: S3Error }

/**
 * Answers a visitor of a website: redirections first, then the object or the index document of the folder, and where that
 * fails the rules for errors, the error document, the error itself. Throws only what concerns the whole website. Source:
 * S3 User Guide, "Hosting a static website using Amazon S3" and its pages.
 */
export async function serveWebsite<Page>(visit: Visit<Page>): Promise<WebsiteAnswer<Page>> {
  const { context, bucketName } = visit
  const bucket = bucketOf(context)
  // Source: S3 User Guide, "Website endpoints": any request to such a bucket.
  if (bucket.requestPayer === 'Requester') throw new S3Error('AccessDenied')
  const website = await readWebsite(context.service, bucket, bucketName)
  if (website.RedirectAllRequestsTo) {
    return { kind: 'redirection', ...redirectionOfAll(website.RedirectAllRequestsTo, visit) }
  }
  const redirection = redirectionBy(website.RoutingRules ?? [], visit)
  if (redirection) return { kind: 'redirection', ...redirection }
  try {
    return await pageOrFolder(visit, website.IndexDocument?.Suffix ?? '')
  } catch (fault) {
    return answerError(visit, website, visit.errorOf(fault))
  }
}

async function pageOrFolder<Page>(visit: Visit<Page>, suffix: string): Promise<WebsiteAnswer<Page>> {
  const { key } = visit
  const isFolder = key === '' || key.endsWith('/')
  try {
    return await pageOf(visit, isFolder ? key + suffix : key, true)
  } catch (error) {
    if (!isFolder && isRefusal(error) && (await isOpenFolder(visit, suffix))) {
      return { kind: 'folder', location: folderLocation(key) }
    }
    throw error
  }
}

async function pageOf<Page>(visit: Visit<Page>, key: string, isAsked: boolean): Promise<WebsiteAnswer<Page>> {
  const { websiteRedirectLocation: location } = await readableRow(visit, key)
  if (location !== undefined) return { kind: 'redirection', status: 301, location: safeInUrl(location) }
  return { kind: 'page', page: await visit.read(key, isAsked) }
}

/** The object, where the visitor may read it; throws as GetObject does. HEAD too is refused what GET is. */
async function readableRow<Page>(visit: Visit<Page>, key: string): Promise<ObjectRow> {
  const { context, bucketName, access } = visit
  assertKeyLength(key)
  const bucket = bucketOf(context)
  const target = { bucketName, bucket, key }
  await context.authorize(access, target)
  const row = await findPage(visit, key).catch(async (error: unknown) => {
    throw await hideMissingKey(error, context, target)
  })
  assertRestored(context.service, row)
  // Keys of the key service are for callers who sign.
  if (row.encryption?.kind === 'aws:kms' || row.encryption?.kind === 'aws:kms:dsse') keyCaller(context)
  return row
}

async function findPage<Page>({ context }: Visit<Page>, key: string): Promise<ObjectRow> {
  return findObject(context.service.stores, bucketOf(context), key, undefined)
}

function isRefusal(error: unknown): boolean {
  return error instanceof S3Error && (error.code === 'NoSuchKey' || error.code === 'AccessDenied')
}

/**
 * Whether a key is no object, but a folder with an index document that the visitor may read. Source: S3 User Guide,
 * "Configuring an index document", "Index document and folders".
 */
async function isOpenFolder<Page>(visit: Visit<Page>, suffix: string): Promise<boolean> {
  const { key } = visit
  const index = `${key}/${suffix}`
  if (Buffer.byteLength(index) > MOST_KEY_BYTES) return false
  const isNot = (error: unknown): boolean => {
    if (error instanceof S3Error) return false
    throw error
  }
  const is = (): boolean => true
  const isObject = await findPage(visit, key).then(is, isNot)
  return !isObject && (await readableRow(visit, index).then(is, isNot))
}

async function answerError<Page>(
  visit: Visit<Page>,
  { RoutingRules, ErrorDocument }: WebsiteConfiguration,
  error: S3Error,
): Promise<WebsiteAnswer<Page>> {
  const redirection = redirectionBy(RoutingRules ?? [], visit, error.status)
  if (redirection) return { kind: 'redirection', ...redirection }
  // Source: S3 User Guide, "Configuring a custom error document": "for only the HTTP 4XX class of error codes".
  if (!ErrorDocument || error.status < 400 || error.status >= 500) return { kind: 'error', error }
  try {
    const document = await pageOf(visit, ErrorDocument.Key, false)
    return document.kind === 'page' ? { ...document, error } : document
  } catch (fault) {
    return { kind: 'error', error, documentError: visit.errorOf(fault) }
  }
}
