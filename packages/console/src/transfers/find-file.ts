import { transferTexts } from '../texts/objects.ts'
import { markOf, type Transfer } from './transfer.ts'

/**
 * The file of a transfer, again: from before, by its handle with the user's leave, or chosen once more. `undefined` where nobody
 * chose. Rejects where it is not the same.
 */
export async function findFile(transfer: Transfer): Promise<File | undefined> {
  const file = transfer.file ?? (await byHandle(transfer)) ?? (await chosenFile())
  if (file && !isSame(transfer, file)) throw new Error(transferTexts.otherFile(transfer.mark.name))
  return file
}

/** Chromium asks for leave once more after a reload; its types do not tell. */
type AskingHandle = FileSystemFileHandle & { requestPermission?: (what: object) => Promise<PermissionState> }

async function byHandle({ handle }: Transfer): Promise<File | undefined> {
  if (!handle) return undefined
  const permission = await (handle as AskingHandle).requestPermission?.({ mode: 'read' })
  return permission === 'granted' ? handle.getFile().catch(() => undefined) : undefined
}

function chosenFile(): Promise<File | undefined> {
  const input = document.createElement('input')
  input.type = 'file'
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(input.files?.[0]))
    input.addEventListener('cancel', () => resolve(undefined))
    input.click()
  })
}

function isSame({ mark }: Transfer, file: File): boolean {
  const { size, lastModified } = markOf(file)
  return size === mark.size && lastModified === mark.lastModified
}
