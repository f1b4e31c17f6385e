import type { Signal } from '@preact/signals'
import type { Entry } from '../api/objects.ts'
import { VirtualList } from '../shared/virtual-list.tsx'
import { objectTexts } from '../texts/objects.ts'
import { EntryRow, ROW_HEIGHT } from './entry-row.tsx'
import type { ListedEntries } from './listing.ts'

export interface EntryListProps {
  readonly listing: ListedEntries
  readonly selected: Signal<ReadonlySet<Entry>>
}

/** Folders and objects, of which the page holds only what is seen. */
export function EntryList({ listing, selected }: EntryListProps) {
  const { bucket, folder: prefix } = listing
  const entries = listing.entries.value
  const isWhole = listing.isWhole.value
  const isAllSelected = entries.length > 0 && selected.value.size === entries.length
  return (
    <div class="entries">
      <div
        class="entry-table"
        role="table"
        aria-rowcount={isWhole ? entries.length + 1 : -1}
        aria-label={objectTexts.name}
      >
        <div role="rowgroup">
          <div class="entry-row head" role="row" aria-rowindex={1}>
            <span role="columnheader">
              <input
                type="checkbox"
                aria-label={objectTexts.selectAll}
                checked={isAllSelected}
                onChange={() => (selected.value = new Set(isAllSelected ? [] : entries))}
              />
            </span>
            <span role="columnheader">{objectTexts.name}</span>
            <span role="columnheader" class="size">
              {objectTexts.size}
            </span>
            <span role="columnheader" class="modified">
              {objectTexts.modified}
            </span>
            <span role="columnheader" class="actions">
              <span class="visually-hidden">{objectTexts.actions}</span>
            </span>
          </div>
        </div>
        <VirtualList
          key={listing.prefix}
          label={objectTexts.name}
          count={entries.length}
          rowHeight={ROW_HEIGHT}
          onNearEnd={listing.more}
          row={(index, slot) => {
            const entry = entries[index]
            return entry && <EntryRow key={slot} {...{ bucket, prefix, entry, index, selected }} />
          }}
        />
      </div>
      <p class="dim list-foot" role="status">
        {listing.readCount && !isWhole
          ? objectTexts.lookedThrough(entries.length, listing.readCount.value)
          : objectTexts.shown(entries.length, isWhole)}
      </p>
    </div>
  )
}
