import { useState } from 'preact/hooks'
import { ApiError, plainCode } from '../api/api-error.ts'
import { bucketKind, zoneOf } from '../api/bucket-kind.ts'
import { type BucketSummary, deleteBucket, listBuckets, listDirectoryBuckets } from '../api/buckets.ts'
import { type BucketUsage, usageByBucket } from '../api/administration.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { sizeText, timeText } from '../shared/formats.ts'
import { Icon } from '../shared/icon.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { KindBadge } from '../shared/kind-badge.tsx'
import { SearchField } from '../shared/search-field.tsx'
import { TableFrame } from '../shared/table-frame.tsx'
import { type Loaded, useLoaded } from '../shared/use-loaded.ts'
import { linkTo } from '../shared/route.ts'
import { bucketTexts } from '../texts/buckets.ts'
import { commonTexts } from '../texts/common.ts'
import { BY_NAME, chosen, type Column, type Order, ordered, roomOf } from './bucket-order.ts'
import { CreateBucket } from './create-bucket.tsx'
import { OpenBucket } from './open-bucket.tsx'

/** All buckets of the account that one may list, of both kinds, with one to make. */
export function BucketList() {
  const general = useLoaded(listBuckets, [])
  const directory = useLoaded(listDirectoryBuckets, [])
  const { value: usage } = useLoaded(usageByBucket, [])
  const [sought, setSought] = useState('')
  const [isCreating, setCreating] = useState(false)
  const isRead = [general, directory].every(({ value, error }) => value !== undefined || error !== undefined)
  const isListed = isRead && (general.value ?? directory.value) !== undefined
  const [order, setOrder] = useState(BY_NAME)
  const buckets = ordered([...(general.value ?? []), ...(directory.value ?? [])], usage, order)
  const found = buckets.filter(({ name }) => name.includes(sought))
  const zones = [...new Set(buckets.flatMap(({ name }) => zoneOf(name) ?? []))]
  const reload = (): void => {
    general.reload()
    directory.reload()
  }
  return (
    <>
      <header class="view-head">
        <h1>{bucketTexts.title}</h1>
        {isListed && <span class="dim">{bucketTexts.count(buckets.length)}</span>}
        <span class="spacer" />
        <SearchField label={bucketTexts.find} value={sought} onValue={setSought} />
        <button type="button" class="primary" onClick={() => setCreating(true)}>
          <Icon name="plus" />
          {bucketTexts.create}
        </button>
      </header>
      {!isRead && <p class="empty">{commonTexts.loading}</p>}
      {isListed && (
        <BucketTable
          buckets={found}
          usage={usage}
          isFiltered={sought !== ''}
          order={order}
          onOrder={setOrder}
          onDeleted={reload}
        />
      )}
      {isRead && <NotListed general={general} directory={directory} again={reload} />}
      {isRead && isDenied(general.error) && <OpenBucket />}
      {isCreating && <CreateBucket zones={zones} onClose={() => setCreating(false)} />}
    </>
  )
}

interface NotListedProps {
  readonly general: Loaded<unknown>
  readonly directory: Loaded<unknown>
  readonly again: () => void
}

/** What is not shown, and why: who may list one kind alone sees that, and is told of the other. */
function NotListed({ general, directory, again }: NotListedProps) {
  const error = general.error ?? directory.error
  if (error === undefined) return null
  const isHint = isDenied(error) && (general.value ?? directory.value) !== undefined
  if (!isHint) return <ErrorNote error={error} again={again} />
  return (
    <p class="hint under-table">
      {general.error === undefined ? bucketTexts.directoryNotListed : bucketTexts.generalNotListed}
    </p>
  )
}

function isDenied(error: unknown): boolean {
  return error instanceof ApiError && plainCode(error) === 'AccessDenied'
}

interface BucketTableProps {
  readonly buckets: readonly BucketSummary[]
  /** Absent until it is known. */
  readonly usage: ReadonlyMap<string, BucketUsage> | undefined
  readonly isFiltered: boolean
  readonly order: Order
  readonly onOrder: (order: Order) => void
  readonly onDeleted: () => void
}

function BucketTable({ buckets, usage, isFiltered, order, onOrder, onDeleted }: BucketTableProps) {
  if (buckets.length === 0)
    return <p class="empty">{isFiltered ? bucketTexts.noneFound : bucketTexts.none}</p>
  const head = (column: Column, className = '') => (
    <th
      scope="col"
      class={className}
      aria-sort={order.by !== column ? undefined : order.falls ? 'descending' : 'ascending'}
    >
      <button type="button" class="sort" onClick={() => onOrder(chosen(column, order))}>
        {bucketTexts[column]}
      </button>
    </th>
  )
  return (
    <TableFrame label={bucketTexts.title}>
      <thead>
        <tr>
          {head('name')}
          {head('objects', 'number')}
          {head('size', 'number')}
          {head('created', 'wide-only')}
          <th scope="col" class="narrow">
            <span class="visually-hidden">{bucketTexts.delete}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {buckets.map((bucket) => (
          <BucketRow
            key={bucket.name}
            bucket={bucket}
            usage={usage?.get(bucket.name)}
            onDeleted={onDeleted}
          />
        ))}
      </tbody>
    </TableFrame>
  )
}

interface BucketRowProps {
  readonly bucket: BucketSummary
  readonly usage: BucketUsage | undefined
  readonly onDeleted: () => void
}

function BucketRow({ bucket, usage, onDeleted }: BucketRowProps) {
  const { name, created } = bucket
  const label = `${bucketTexts.delete} ${name}`
  return (
    <tr>
      <td>
        <div class="with-badge">
          <a class="entry" href={linkTo(['buckets', name])}>
            <Icon name="bucket" />
            {name}
          </a>
          <KindBadge bucket={name} />
        </div>
      </td>
      <td class="number">{usage?.objects.toLocaleString()}</td>
      <td class="number">{usage && sizeText(roomOf(usage))}</td>
      <td class="dim wide-only">{timeText(created)}</td>
      <td class="narrow">
        <button
          type="button"
          class="quiet icon-only"
          aria-label={label}
          title={label}
          onClick={() => void remove(name, onDeleted)}
        >
          <Icon name="delete" />
        </button>
      </td>
    </tr>
  )
}

async function remove(name: string, onDeleted: () => void): Promise<void> {
  const question = {
    title: bucketTexts.deleteQuestion(name),
    detail: bucketTexts.deleteDetails[bucketKind(name).name],
    yes: bucketTexts.delete,
  }
  if (!(await ask(question)).yes) return
  try {
    await deleteBucket(name)
    tellDone(bucketTexts.deleted(name))
    onDeleted()
  } catch (error) {
    tellFailed(error)
  }
}
