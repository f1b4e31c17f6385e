import type { OpenUpload } from '../api/multipart.ts'
import { DATABASE } from '../api/session.ts'

/** An upload that goes on after a reload: what S3 calls it, and which file it is of. No key of anybody's. */
export interface KeptUpload extends OpenUpload {
  /** Whose it is. */
  readonly account: string
  readonly partSizeBytes: number
  readonly file: FileMark
  /** Opens the file again with the user's leave, in browsers that have handles. */
  readonly handle?: FileSystemFileHandle | undefined
}

/** By which a file is known again. */
export interface FileMark {
  readonly name: string
  readonly size: number
  readonly lastModified: number
}

const STORE = 'uploads'

/** Nothing is kept where the browser lets nothing be kept, as in private windows. */
export async function keepUpload(upload: KeptUpload): Promise<void> {
  await inStore('readwrite', (store) => store.put(upload)).catch(() => undefined)
}

export async function forgetUpload({ uploadId }: OpenUpload): Promise<void> {
  await inStore('readwrite', (store) => store.delete(uploadId)).catch(() => undefined)
}

export async function keptUploads(account: string): Promise<KeptUpload[]> {
  const all = await inStore('readonly', (store) => store.getAll() as IDBRequest<KeptUpload[]>).catch(() => [])
  return all.filter((upload) => upload.account === account)
}

async function inStore<T>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.addEventListener('upgradeneeded', () =>
    opening.result.createObjectStore(STORE, { keyPath: 'uploadId' }),
  )
  const database = await answered(opening)
  try {
    return await answered(run(database.transaction(STORE, mode).objectStore(STORE)))
  } finally {
    database.close()
  }
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')))
  })
}
