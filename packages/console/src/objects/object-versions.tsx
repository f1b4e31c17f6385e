import { copyObject } from '../api/copy.ts'
import { deleteOne, type ObjectName } from '../api/object-details.ts'
import { listVersions, type Version } from '../api/versions.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { exactTimeText, sizeText } from '../shared/formats.ts'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { panelTexts } from '../texts/object-panel.ts'
import { objectTexts } from '../texts/objects.ts'
import { download } from './download.ts'

export interface ObjectVersionsProps {
  readonly bucket: string
  readonly objectKey: string
  readonly onChanged: () => void
}

/** All versions of an object, which can be brought back or deleted for good. */
export function ObjectVersions({ bucket, objectKey, onChanged }: ObjectVersionsProps) {
  const { value, error, reload } = useLoaded(
    (signal) => versionsOf(bucket, objectKey, signal),
    [bucket, objectKey],
  )
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  if (!value) return <p class="dim">{commonTexts.loading}</p>
  const changed = (): void => {
    reload()
    onChanged()
  }
  return (
    <ul class="plain-list versions">
      {value.map((version) => (
        <VersionRow key={version.versionId} bucket={bucket} version={version} onChanged={changed} />
      ))}
    </ul>
  )
}

/** The first page that holds them: a key has rarely more than a thousand versions. */
async function versionsOf(bucket: string, key: string, signal: AbortSignal): Promise<Version[]> {
  const { versions } = await listVersions(bucket, key, undefined, signal)
  return versions.filter((version) => version.key === key)
}

interface VersionRowProps {
  readonly bucket: string
  readonly version: Version
  readonly onChanged: () => void
}

function VersionRow({ bucket, version, onChanged }: VersionRowProps) {
  const { key, versionId, isLatest, isMarker, sizeBytes, modified } = version
  const name: ObjectName = { bucket, key, versionId }
  const when = exactTimeText(modified)
  const button = (text: string, run: () => Promise<unknown>) => (
    <button
      type="button"
      class="quiet"
      aria-label={panelTexts.of(text, when)}
      onClick={() => void run().catch(tellFailed)}
    >
      {text}
    </button>
  )
  const act = (run: () => Promise<string | undefined>) => async (): Promise<void> => {
    const done = await run()
    if (done === undefined) return
    tellDone(done)
    onChanged()
  }
  return (
    <li>
      <span>
        {when} {isLatest && <em>{panelTexts.latest}</em>}
        <br />
        <span class="dim">{isMarker ? panelTexts.marker : sizeText(sizeBytes)}</span>
      </span>
      <span class="buttons">
        {!isMarker && button(objectTexts.download, () => download(name))}
        {!isMarker &&
          !isLatest &&
          button(
            panelTexts.bringBack,
            act(() => bringBack(name)),
          )}
        {isMarker &&
          isLatest &&
          button(
            panelTexts.undelete,
            act(() => undelete(name)),
          )}
        {!(isMarker && isLatest) &&
          button(
            panelTexts.deleteVersion,
            act(() => deleteForGood(name)),
          )}
      </span>
    </li>
  )
}

/** The old bytes become a new version on top; nothing is lost. */
async function bringBack(name: ObjectName): Promise<string> {
  await copyObject(name, { bucket: name.bucket, key: name.key })
  return panelTexts.broughtBack
}

/** Without its marker on top, the version below is current again. */
async function undelete(marker: ObjectName): Promise<string> {
  await deleteOne(marker)
  return panelTexts.undeleted
}

async function deleteForGood(name: ObjectName): Promise<string | undefined> {
  const { yes } = await ask({
    title: panelTexts.deleteVersionQuestion,
    detail: panelTexts.deleteVersionDetail,
    yes: panelTexts.deleteVersion,
  })
  if (!yes) return undefined
  await deleteOne(name)
  return objectTexts.deleted(1)
}
