import type { Signal } from '@preact/signals'
import type { Entry } from '../api/objects.ts'
import { sizeText, timeText } from '../shared/formats.ts'
import { Icon } from '../shared/icon.tsx'
import { tellFailed } from '../shared/notices.tsx'
import { linkTo } from '../shared/route.ts'
import { objectTexts } from '../texts/objects.ts'
import { download } from './download.ts'
import type { Place } from './place.ts'
import { sharing } from './share-dialog-place.tsx'

export const ROW_HEIGHT = 36

export interface EntryRowProps extends Place {
  readonly entry: Entry
  readonly index: number
  readonly selected: Signal<ReadonlySet<Entry>>
}

// Made once: what is the same element as before is not looked at again.
const FOLDER = <Icon name="folder" />
const FILE = <Icon name="file" />
const DOWNLOAD = <Icon name="download" />
const SHARE = <Icon name="share" />

export function EntryRow({ bucket, prefix, entry, index, selected }: EntryRowProps) {
  const name = entry.key.slice(prefix.length) || objectTexts.folderItself
  return (
    <div
      class="entry-row"
      role="row"
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }}
    >
      <span role="cell">
        <input
          type="checkbox"
          aria-label={objectTexts.select(name)}
          checked={selected.value.has(entry)}
          onChange={() => toggle(selected, entry)}
        />
      </span>
      <span role="cell" class="name">
        <a class="entry" href={linkOf(bucket, prefix, entry)} title={name}>
          {entry.kind === 'folder' ? FOLDER : FILE}
          <bdi>{name}</bdi>
        </a>
      </span>
      <span role="cell" class="size">
        {entry.kind === 'object' && sizeText(entry.sizeBytes)}
      </span>
      <span role="cell" class="modified dim">
        {entry.kind === 'object' && timeText(entry.modified)}
      </span>
      <span role="cell" class="actions">
        {entry.kind === 'object' && <RowActions bucket={bucket} name={name} objectKey={entry.key} />}
      </span>
    </div>
  )
}

interface RowActionsProps {
  readonly bucket: string
  readonly name: string
  readonly objectKey: string
}

function RowActions({ bucket, name, objectKey: key }: RowActionsProps) {
  const downloadLabel = `${objectTexts.download} ${name}`
  const shareLabel = `${objectTexts.share} ${name}`
  return (
    <>
      <button
        type="button"
        class="quiet icon-only"
        aria-label={downloadLabel}
        title={downloadLabel}
        onClick={() => void download({ bucket, key }).catch(tellFailed)}
      >
        {DOWNLOAD}
      </button>
      <button
        type="button"
        class="quiet icon-only"
        aria-label={shareLabel}
        title={shareLabel}
        onClick={() => (sharing.value = { bucket, key })}
      >
        {SHARE}
      </button>
    </>
  )
}

function linkOf(bucket: string, prefix: string, { kind, key }: Entry): string {
  return linkTo(['buckets', bucket], kind === 'folder' ? { prefix: key } : { prefix, key })
}

function toggle(selected: Signal<ReadonlySet<Entry>>, entry: Entry): void {
  const after = new Set(selected.value)
  if (!after.delete(entry)) after.add(entry)
  selected.value = after
}
