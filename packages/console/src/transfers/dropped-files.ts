import type { Upload } from './transfer.ts'

/** The files that somebody chose or dropped, folders with all that is in them, under the keys that they are to have. */
export function chosenFiles(files: FileList, prefix: string): Upload[] {
  return Array.from(files, (file) => ({ file, key: prefix + (file.webkitRelativePath || file.name) }))
}

/** Must be called while the event is handled: what was dropped is gone after it. */
export async function droppedFiles(dropped: DataTransfer, prefix: string): Promise<Upload[]> {
  const uploads = Array.from(dropped.items, async (item) => {
    // Both before anything is waited for.
    const entry = item.webkitGetAsEntry()
    const file = item.getAsFile()
    const handle = handleOf(item)
    if (entry?.isDirectory === true) return filesOf(entry, prefix)
    return file ? [{ file, key: prefix + file.name, handle: await handle }] : []
  })
  return (await Promise.all(uploads)).flat()
}

/** Opens the file again after a reload; Chromium alone has such. */
async function handleOf(item: DataTransferItem): Promise<FileSystemFileHandle | undefined> {
  const asking = item as { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }
  const handle = await asking.getAsFileSystemHandle?.().catch(() => null)
  return handle instanceof FileSystemFileHandle ? handle : undefined
}

async function filesOf(entry: FileSystemEntry, prefix: string): Promise<Upload[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return [{ file, key: prefix + entry.name }]
  }
  if (!isFolder(entry)) return []
  const uploads: Upload[] = []
  const reader = entry.createReader()
  // A reader answers a hundred at a time, and none at the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (entries.length === 0) return uploads
    for (const inner of entries) uploads.push(...(await filesOf(inner, `${prefix}${entry.name}/`)))
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
