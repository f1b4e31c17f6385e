import { useState } from 'preact/hooks'
import { type BucketSummary, deleteBucket, listBuckets } from '../api/buckets.ts'
import { type BucketUsage, usageByBucket } from '../api/administration.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { sizeText, timeText } from '../shared/formats.ts'
import { Icon } from '../shared/icon.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { SearchField } from '../shared/search-field.tsx'
import { TableFrame } from '../shared/table-frame.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { linkTo } from '../shared/route.ts'
import { bucketTexts } from '../texts/buckets.ts'
import { commonTexts } from '../texts/common.ts'
import { CreateBucket } from './create-bucket.tsx'

/** All buckets of the account, with one to make. */
export function BucketList() {
  const { value: buckets, error, reload } = useLoaded(listBuckets, [])
  const { value: usage } = useLoaded(usageByBucket, [])
  const [sought, setSought] = useState('')
  const [isCreating, setCreating] = useState(false)
  const found = buckets?.filter(({ name }) => name.includes(sought))
  return (
    <>
      <header class="view-head">
        <h1>{bucketTexts.title}</h1>
        {buckets && <span class="dim">{bucketTexts.count(buckets.length)}</span>}
        <span class="spacer" />
        <SearchField label={bucketTexts.find} value={sought} onValue={setSought} />
        <button type="button" class="primary" onClick={() => setCreating(true)}>
          <Icon name="plus" />
          {bucketTexts.create}
        </button>
      </header>
      {error !== undefined && <ErrorNote error={error} again={reload} />}
      {found ? (
        <BucketTable buckets={found} usage={usage} isFiltered={sought !== ''} onDeleted={reload} />
      ) : (
        error === undefined && <p class="empty">{commonTexts.loading}</p>
      )}
      {isCreating && <CreateBucket onClose={() => setCreating(false)} />}
    </>
  )
}

interface BucketTableProps {
  readonly buckets: readonly BucketSummary[]
  /** Absent until it is known. */
  readonly usage: ReadonlyMap<string, BucketUsage> | undefined
  readonly isFiltered: boolean
  readonly onDeleted: () => void
}

function BucketTable({ buckets, usage, isFiltered, onDeleted }: BucketTableProps) {
  if (buckets.length === 0)
    return <p class="empty">{isFiltered ? bucketTexts.noneFound : bucketTexts.none}</p>
  return (
    <TableFrame label={bucketTexts.title}>
      <thead>
        <tr>
          <th scope="col">{bucketTexts.name}</th>
          <th scope="col" class="number">
            {bucketTexts.objects}
          </th>
          <th scope="col" class="number">
            {bucketTexts.size}
          </th>
          <th scope="col" class="wide-only">
            {bucketTexts.created}
          </th>
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
        <a class="entry" href={linkTo(['buckets', name])}>
          <Icon name="bucket" />
          {name}
        </a>
      </td>
      <td class="number">{usage?.objects.toLocaleString()}</td>
      <td class="number">{usage && sizeText(usage.bytes)}</td>
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
    detail: bucketTexts.deleteDetail,
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
