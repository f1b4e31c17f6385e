import { resolve } from 'node:path'

/** Where the bytes are kept of whatever no storage class has a folder for. */
export interface BlobsConfig {
  readonly engine: 'files'
  /** Default: `blobs`; a relative path lies in the data folder. Any number of servers may share it. */
  readonly directory?: string | undefined
}

/** The folder of the blobs that no storage class has one for. */
export function blobFolderOf(dataDirectory: string, { blobs }: { readonly blobs: BlobsConfig }): string {
  return resolve(dataDirectory, blobs.directory ?? 'blobs')
}
