import { join } from 'node:path'
import type { BackupFolder } from './backup-folder.ts'
import type { BlobId } from '../blobs/blob-store.ts'
import { bufferOf } from '../base/buffer-of.ts'
import { blobReferences } from '../metadata/tables/tables.ts'
import type { NamedRows } from './moment.ts'
import { readRows } from './read-rows.ts'

/** Blobs alone: rows of `blobReferences` name part lists too. A place comes before the dot. */
const BLOB_ID = /^(?:([^./]+)\.)?([0-9a-f]{32})$/
const NAME = /^([0-9a-f]{32})\.(\d+)\.([0-9a-f]{64})$/

/** A blob in a backup. Its file's name tells what its bytes have to be. */
export interface BackupBlob {
  readonly id: BlobId
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** Blobs whose files share a folder. */
export interface BlobGroup {
  /** What their ids begin with; groups come in its order. */
  readonly prefix: string
  /** Below the folder of the backup. */
  readonly folder: string
  readonly ids: readonly BlobId[]
}

function prefixOf(id: BlobId): string {
  return id.slice(0, id.indexOf('.') + 3)
}

function groupOf(prefix: string, ids: readonly BlobId[]): BlobGroup {
  const [start = '', place] = prefix.split('.').toReversed()
  return { prefix, ids, folder: place === undefined ? join('blobs', start) : join('places', place, start) }
}

/** The name of a blob's file. */
export function blobFile(id: BlobId, sizeBytes: number, sha256: string): string {
  return `${id.slice(id.indexOf('.') + 1)}.${sizeBytes}.${sha256}`
}

/** All blobs that a moment names, in their order. */
export function blobGroups(folder: BackupFolder, moment: NamedRows): AsyncGenerator<BlobGroup> {
  return groupsOf(blobsOf(folder, moment))
}

/** Blobs that come in the order of their ids. */
export async function* groupsOf(sorted: AsyncIterable<BlobId>): AsyncGenerator<BlobGroup> {
  let ids: BlobId[] = []
  let prefix: string | undefined
  for await (const id of sorted) {
    if (prefix !== undefined && prefixOf(id) !== prefix) {
      yield groupOf(prefix, ids)
      ids = []
    }
    prefix = prefixOf(id)
    ids.push(id)
  }
  if (prefix !== undefined) yield groupOf(prefix, ids)
}

async function* blobsOf(folder: BackupFolder, moment: NamedRows): AsyncGenerator<BlobId> {
  const { end } = blobReferences.range()
  for await (const rows of readRows(folder, moment, 'fromBlobs')) {
    for (const { key } of rows) {
      if (key.compare(bufferOf(end)) >= 0) return
      const [id] = blobReferences.parts(key)
      if (BLOB_ID.test(id)) yield id
    }
  }
}

/** Whether it is the id of a blob, and of no other content. */
export function isBlobId(id: string): boolean {
  return BLOB_ID.test(id)
}

/** Whether a row names a blob. */
export function isBlobRow(key: Buffer): boolean {
  const { start, end } = blobReferences.range()
  if (key.compare(bufferOf(start)) < 0 || key.compare(bufferOf(end)) >= 0) return false
  return BLOB_ID.test(blobReferences.parts(key)[0])
}

/** The blobs of a group that a backup has, by their ids. */
export async function backedUp(folder: BackupFolder, group: BlobGroup): Promise<Map<BlobId, BackupBlob>> {
  const names = new Map<string, string>()
  for (const name of await folder.names(group.folder)) names.set(name.slice(0, 32), name)
  const found = new Map<BlobId, BackupBlob>()
  for (const id of group.ids) {
    const name = names.get(id.slice(id.indexOf('.') + 1)) ?? ''
    const [, , size, sha256] = NAME.exec(name) ?? []
    if (size === undefined || sha256 === undefined) continue
    found.set(id, { id, path: join(folder.directory, group.folder, name), sizeBytes: Number(size), sha256 })
  }
  return found
}

/** Every folder with blobs in a backup, in the order of groups; each without ids. */
export async function blobFolders(folder: BackupFolder): Promise<BlobGroup[]> {
  const prefixes = await folder.names('blobs')
  for (const place of await folder.names('places')) {
    for (const start of await folder.names('places', place)) prefixes.push(`${place}.${start}`)
  }
  return prefixes.toSorted(compareText).map((prefix) => groupOf(prefix, []))
}

/** The ids of a group whose files are in a folder, by the files' names. */
export async function filesOf(
  folder: BackupFolder,
  { prefix, folder: path }: BlobGroup,
): Promise<Map<string, BlobId>> {
  const place = prefix.slice(0, prefix.indexOf('.') + 1)
  const names = await folder.names(path)
  return new Map(names.map((name) => [name, place + name.slice(0, 32)]))
}

export function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
