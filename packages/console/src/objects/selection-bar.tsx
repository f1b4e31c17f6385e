import type { Signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { bucketKind } from '../api/bucket-kind.ts'
import type { Entry } from '../api/objects.ts'
import { errorText } from '../shared/error-note.tsx'
import { Icon } from '../shared/icon.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { objectTexts } from '../texts/objects.ts'
import { deleteEntries } from './delete-entries.ts'
import { download } from './download.ts'
import { downloadAsZip } from './zip.ts'
import { sharing } from './share-dialog-place.tsx'

export interface SelectionBarProps {
  readonly bucket: string
  /** Names in a zip begin below it. */
  readonly folder: string
  readonly selected: Signal<ReadonlySet<Entry>>
  readonly onDeleted: () => void
}

/** What can be done with what is selected. */
export function SelectionBar({ bucket, folder, selected, onDeleted }: SelectionBarProps) {
  const [isBusy, setBusy] = useState(false)
  const [zipped, setZipped] = useState(0)
  const entries = [...selected.value]
  const [first] = entries
  if (!first) return null
  const only = entries.length === 1 && first.kind === 'object' ? first : undefined
  const remove = async (): Promise<void> => {
    setBusy(true)
    if (await deleteAsked(bucket, entries)) onDeleted()
    setBusy(false)
  }
  const zip = async (): Promise<void> => {
    await downloadAsZip(bucket, folder, entries, setZipped)
    setZipped(0)
  }
  return (
    <div class="selection-bar" role="toolbar" aria-label={objectTexts.selected(entries.length)}>
      <span>{objectTexts.selected(entries.length)}</span>
      {only && (
        <>
          <button type="button" onClick={() => void download({ bucket, key: only.key }).catch(tellFailed)}>
            <Icon name="download" />
            {objectTexts.download}
          </button>
          <button type="button" onClick={() => (sharing.value = { bucket, key: only.key })}>
            <Icon name="share" />
            {objectTexts.share}
          </button>
        </>
      )}
      {!only && (
        <button type="button" disabled={zipped > 0} onClick={() => void zip().catch(tellFailed)}>
          <Icon name="download" />
          {zipped > 0 ? objectTexts.zipping(zipped) : objectTexts.downloadZip}
        </button>
      )}
      <button type="button" class="danger-quiet" disabled={isBusy} onClick={() => void remove()}>
        <Icon name="delete" />
        {objectTexts.delete}
      </button>
      <span class="spacer" />
      <button type="button" class="quiet" onClick={() => (selected.value = new Set())}>
        {objectTexts.clear}
      </button>
    </div>
  )
}

/** Whether anything may have gone. */
async function deleteAsked(bucket: string, entries: readonly Entry[]): Promise<boolean> {
  const detail = bucketKind(bucket).hasVersions ? objectTexts.deleteDetail : objectTexts.deleteForGood
  const { yes } = await ask({
    title: objectTexts.deleteQuestion(entries.length, entries[0]?.key ?? ''),
    detail: entries.some(({ kind }) => kind === 'folder') ? `${objectTexts.deleteFolders} ${detail}` : detail,
    yes: objectTexts.delete,
  })
  if (!yes) return false
  try {
    const { deleted, refused } = await deleteEntries(bucket, entries)
    if (deleted > 0) tellDone(objectTexts.deleted(deleted))
    const [first] = refused
    if (!first && deleted === 0) tellFailed(new Error(objectTexts.nothingToDelete))
    if (first) tellFailed(objectTexts.notDeleted(refused.length, errorText(first.error)))
  } catch (error) {
    tellFailed(error)
  }
  return true
}
