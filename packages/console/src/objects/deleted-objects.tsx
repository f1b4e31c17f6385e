import { useState } from 'preact/hooks'
import { deleteOne } from '../api/object-details.ts'
import { listVersions, type Version, type VersionPage } from '../api/versions.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { timeText } from '../shared/formats.ts'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { panelTexts } from '../texts/object-panel.ts'
import { objectTexts } from '../texts/objects.ts'
import { commonTexts } from '../texts/common.ts'
import type { Place } from './place.ts'

/** What was deleted below a prefix and can be brought back, a page of versions at a time. */
export function DeletedObjects({ bucket, prefix }: Place) {
  const [after, setAfter] = useState<VersionPage['next']>()
  const { value, error, reload } = useLoaded(
    (signal) => listVersions(bucket, prefix, after, signal),
    [bucket, prefix, after],
  )
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  if (!value) return <p class="empty">{commonTexts.loading}</p>
  const markers = value.versions.filter(({ isLatest, isMarker }) => isLatest && isMarker)
  const undelete = async ({ key, versionId }: Version): Promise<void> => {
    await deleteOne({ bucket, key, versionId })
    tellDone(panelTexts.undeleted)
    reload()
  }
  return (
    <>
      {markers.length === 0 && <p class="empty">{objectTexts.noneDeleted}</p>}
      <ul class="plain-list">
        {markers.map((marker) => (
          <li key={marker.key}>
            <span>
              <bdi>{marker.key}</bdi> <span class="dim">{timeText(marker.modified)}</span>
            </span>
            <button
              type="button"
              aria-label={`${panelTexts.undelete} ${marker.key}`}
              onClick={() => void undelete(marker).catch(tellFailed)}
            >
              {panelTexts.undelete}
            </button>
          </li>
        ))}
      </ul>
      {value.next && (
        <button type="button" onClick={() => setAfter(value.next)}>
          {commonTexts.more}
        </button>
      )}
    </>
  )
}
