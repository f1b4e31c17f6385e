import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type BucketKind, bucketKind } from '../api/bucket-kind.ts'
import type { ObjectName } from '../api/object-details.ts'
import type { Entry } from '../api/objects.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { lazy } from '../shared/lazy.tsx'
import { KindBadge } from '../shared/kind-badge.tsx'
import { SearchField } from '../shared/search-field.tsx'
import { go, linkTo } from '../shared/route.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { objectTexts } from '../texts/objects.ts'
import { changes } from '../transfers/upload-queue.ts'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { DropArea } from './drop-area.tsx'
import { EntryList, type EntryListProps } from './entry-list.tsx'
import { FoundEntries } from './found-entries.ts'
import { type ListedEntries, Listing } from './listing.ts'
import type { Place } from './place.ts'
import { SelectionBar } from './selection-bar.tsx'
import { UploadButtons } from './upload-buttons.tsx'

export interface ObjectBrowserProps extends Place {
  /** Of the object that is looked at; empty where none is. */
  readonly openKey: string
  /** Whether what was deleted is shown in place of what is there. */
  readonly isDeleted: boolean
}

const DeletedObjects = lazy(() =>
  import('./deleted-objects.tsx').then(({ DeletedObjects }) => DeletedObjects),
)
const ObjectPanel = lazy(() => import('./object-panel.tsx').then(({ ObjectPanel }) => ObjectPanel))

/** What a bucket holds below a prefix, and what can be done with it. */
export function ObjectBrowser({ bucket, prefix, openKey, isDeleted }: ObjectBrowserProps) {
  const [sought, setSought] = useState('')
  const [round, setRound] = useState(0)
  const selected = useSignal<ReadonlySet<Entry>>(new Set())
  const kind = bucketKind(bucket)
  const listing = useListing({ bucket, prefix }, kind, sought, round)
  useEffect(() => setSought(''), [prefix])
  useEffect(() => {
    selected.value = new Set()
  }, [listing])
  const reload = (): void => setRound((before) => before + 1)
  return (
    <DropArea bucket={bucket} prefix={prefix}>
      <header class="view-head">
        <Breadcrumbs bucket={bucket} prefix={prefix} />
        <KindBadge bucket={bucket} />
        <span class="spacer" />
        <SearchField label={objectTexts.find} value={sought} onValue={setSought} />
        {kind.hasVersions && (
          <a class="button" href={linkTo(['buckets', bucket], { prefix, show: isDeleted ? '' : 'deleted' })}>
            {isDeleted ? objectTexts.showThere : objectTexts.showDeleted}
          </a>
        )}
        <a class="button" href={linkTo(['buckets', bucket, 'settings'])}>
          {settingTexts.settings}
        </a>
        <UploadButtons bucket={bucket} prefix={prefix} />
      </header>
      <SelectionBar bucket={bucket} folder={listing.folder} selected={selected} onDeleted={reload} />
      {listing.error.value !== undefined && <ErrorNote error={listing.error.value} again={listing.retry} />}
      {isDeleted && kind.hasVersions ? (
        <DeletedObjects bucket={bucket} prefix={prefix + sought} />
      ) : (
        <Entries listing={listing} selected={selected} sought={sought} />
      )}
      {openKey !== '' && (
        <ObjectPanel
          key={openKey}
          bucket={bucket}
          objectKey={openKey}
          onClose={() => go(linkTo(['buckets', bucket], { prefix }))}
          onChanged={reload}
          onMoved={(to) => {
            reload()
            go(linkTo(['buckets', bucket], { prefix, key: isIn({ bucket, prefix }, to) ? to.key : '' }))
          }}
        />
      )}
    </DropArea>
  )
}

/** Whether the object is listed there, and not in a folder below. */
function isIn({ bucket, prefix }: Place, { bucket: holder, key }: ObjectName): boolean {
  return holder === bucket && key.startsWith(prefix) && !key.slice(prefix.length).includes('/')
}

function Entries({ listing, selected, sought }: EntryListProps & { readonly sought: string }) {
  if (listing.entries.value.length > 0 || !listing.isWhole.value)
    return listing.entries.value.length === 0 && listing.error.value !== undefined ? null : (
      <EntryList listing={listing} selected={selected} />
    )
  return <p class="empty">{sought === '' ? objectTexts.empty : objectTexts.noneFound(sought)}</p>
}

/** What starts with what is sought: as S3 lists it, or else found among all that the folder has. */
function useListing(
  place: Place,
  { listsAnyPrefix }: BucketKind,
  sought: string,
  round: number,
): ListedEntries {
  const listing = useListed(place, listsAnyPrefix ? sought : '', round)
  const found = useMemo(
    () => (listsAnyPrefix || sought === '' ? undefined : new FoundEntries(listing, sought)),
    [listing, listsAnyPrefix, sought],
  )
  useEffect(() => found?.seek(), [found])
  return found ?? listing
}

/**
 * Of the prefix as far as it is typed, read anew when something was uploaded to the bucket. The one before is shown until there is
 * something of the new one.
 */
function useListed({ bucket, prefix }: Place, sought: string, round: number): Listing {
  const changed = changes.value.bucket === bucket ? changes.value.count : 0
  const listing = useMemo(() => new Listing(bucket, prefix, sought), [bucket, prefix, sought, round, changed])
  const shown = useRef(listing)
  useEffect(() => {
    listing.more()
    return () => listing.stop()
  }, [listing])
  if (listing.hasBegun.value) shown.current = listing
  return shown.current
}
