import { resolve } from 'node:path'

/** Where the bytes are kept of whatever no storage class has a folder for. */
export type BlobsConfig = FileBlobsConfig | CephBlobsConfig

export interface FileBlobsConfig {
  readonly engine: 'files'
  /** Default: `blobs`; a relative path lies in the data folder. Any number of servers may share it. */
  readonly directory?: string | undefined
}

/** A pool of Ceph, which any number of servers share. */
export interface CephBlobsConfig {
  readonly engine: 'ceph'
  readonly pool: string
  /** `client.holdfast` or `holdfast`. */
  readonly user: string
  /** Ceph's own, which names the monitors and the keyring; a relative path lies in the data folder. Default: `/etc/ceph/ceph.conf`. */
  readonly configFile?: string | undefined
  /** Of the pool: a store that shares one has one of its own. */
  readonly namespace?: string | undefined
  /** How long one answer of Ceph may take. Default: 30. */
  readonly timeoutSeconds?: number | undefined
}

/** The folder of the blobs that no storage class has one for; `undefined` where they are in none. */
export function blobFolderOf(
  dataDirectory: string,
  { blobs }: { readonly blobs: BlobsConfig },
): string | undefined {
  return blobs.engine === 'files' ? folderOf(dataDirectory, blobs) : undefined
}

export function folderOf(dataDirectory: string, { directory = 'blobs' }: FileBlobsConfig): string {
  return resolve(dataDirectory, directory)
}
