import { downloadZip } from 'client-zip'
import { type Entry, listObjects } from '../api/objects.ts'
import { send } from '../api/send.ts'
import { objectPath } from '../api/uri-encoding.ts'

interface ZipEntry {
  readonly name: string
  readonly lastModified: Date
  readonly input: Response
}

/** A browser that can write a file as it comes; Chromium on https or localhost. */
interface SavingWindow {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>
}

/**
 * Has the browser save objects, and all that lies in folders, as one zip. Each is read when it is its turn, and nothing is kept in
 * memory where the browser can write to a file; elsewhere the browser holds the zip until it is whole.
 */
export async function downloadAsZip(
  bucket: string,
  folder: string,
  entries: readonly Entry[],
  onFile: (count: number) => void,
): Promise<void> {
  const name = `${folder.split('/').at(-2) ?? bucket}.zip`
  // Asked for first: browsers allow it only right after a click.
  const handle = await (globalThis as SavingWindow).showSaveFilePicker?.({ suggestedName: name })
  const zip = downloadZip(filesOf(bucket, folder, entries, onFile), { buffersAreUTF8: true })
  if (handle && zip.body) return zip.body.pipeTo(await handle.createWritable())
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await zip.blob())
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

async function* filesOf(
  bucket: string,
  folder: string,
  entries: readonly Entry[],
  onFile: (count: number) => void,
): AsyncGenerator<ZipEntry> {
  let count = 0
  for await (const { key, modified } of objectsOf(bucket, entries)) {
    onFile((count += 1))
    const input = await send({ method: 'GET', path: objectPath(bucket, key) })
    yield { name: safeName(key.slice(folder.length)), lastModified: modified, input }
  }
}

async function* objectsOf(
  bucket: string,
  entries: readonly Entry[],
): AsyncGenerator<Extract<Entry, { kind: 'object' }>> {
  for (const entry of entries) {
    if (entry.kind === 'object') {
      yield entry
      continue
    }
    let after: string | undefined
    do {
      const page = await listObjects({ bucket, prefix: entry.key, folders: false, after })
      // What ends in a slash is a folder's mark.
      for (const inner of page.entries) if (inner.kind === 'object' && !inner.key.endsWith('/')) yield inner
      after = page.next
    } while (after !== undefined)
  }
}

/** Whoever unpacks it must not be led out of the folder that they unpack it in. */
function safeName(name: string): string {
  return name
    .split(/[/\\]/)
    .map((part) => (/^\.*$/.test(part) ? '_' : part.replaceAll(/[\u0000-\u001f:*?"<>|]/g, '_')))
    .join('/')
}
