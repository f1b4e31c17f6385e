import { useEffect, useState } from 'preact/hooks'
import { type ObjectName, readAll, readStart } from '../api/object-details.ts'
import { presignedLink } from '../api/share.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { sizeText } from '../shared/formats.ts'
import { type Loaded, useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { panelTexts } from '../texts/object-panel.ts'

export interface MediaProps {
  readonly name: ObjectName
  /** That the browser is told of the bytes. */
  readonly type: string
}

export function ImagePreview({ name, type }: MediaProps) {
  const { value: url, error } = useBlobUrl(name, type)
  if (error !== undefined) return <ErrorNote error={error} />
  if (url === undefined) return <p class="dim">{commonTexts.loading}</p>
  return <img class="preview-media" src={url} alt={name.key} />
}

export interface PlayedProps extends MediaProps {
  readonly kind: 'audio' | 'video'
  readonly sizeBytes: number
}

/** What plays longer than this is opened again. */
const PLAYED_SECONDS = 12 * 60 * 60
const WHOLE_BYTES = 128 * 1024 * 1024

/**
 * Sound or a film, of which the browser reads what it plays, from S3's own address. Where it gets none of it there, as from a page of
 * https while S3 is none, all of it is read first.
 */
export function PlayedPreview(played: PlayedProps) {
  const { name } = played
  const [isWhole, setWhole] = useState(false)
  const { value: isList, error } = useLoaded(
    async (signal) => isPlaylist(await (await readStart(name, LOOKED_AT_BYTES, signal)).text()),
    [name.bucket, name.key, name.versionId],
  )
  if (error !== undefined) return <ErrorNote error={error} />
  if (isList === undefined) return <p class="dim">{commonTexts.loading}</p>
  if (isList) return <p class="dim">{panelTexts.playlist}</p>
  if (!isWhole) return <PlayedFromS3 {...played} onFailed={() => setWhole(true)} />
  if (played.sizeBytes > WHOLE_BYTES) return <p class="dim">{panelTexts.tooLarge(sizeText(WHOLE_BYTES))}</p>
  return <PlayedWhole {...played} />
}

const LOOKED_AT_BYTES = 64

/**
 * Players go by what the bytes are, not by their type, and a playlist has them fetch from wherever it says, which not every browser
 * holds against the page's policy. Source: RFC 8216, 4.3.1.1: it begins with `#EXTM3U`.
 */
function isPlaylist(start: string): boolean {
  return start.trimStart().startsWith('#EXTM3U')
}

function PlayedFromS3({ onFailed, ...played }: PlayedProps & { readonly onFailed: () => void }) {
  const { name, type } = played
  const { value: url, error } = useLoaded(
    () => presignedLink({ ...name, expiresInSeconds: PLAYED_SECONDS, contentType: type }),
    [name.bucket, name.key, name.versionId],
  )
  if (error !== undefined) return <ErrorNote error={error} />
  return <Player {...played} url={url} onFailed={onFailed} />
}

function PlayedWhole(played: PlayedProps) {
  const { value: url, error } = useBlobUrl(played.name, played.type)
  if (error !== undefined) return <ErrorNote error={error} />
  return <Player {...played} url={url} />
}

interface PlayerProps extends PlayedProps {
  readonly url: string | undefined
  readonly onFailed?: () => void
}

function Player({ kind, name, url, onFailed }: PlayerProps) {
  if (url === undefined) return <p class="dim">{commonTexts.loading}</p>
  const Media = kind
  return (
    <Media
      class="preview-media"
      src={url}
      controls
      preload="metadata"
      aria-label={name.key}
      onError={onFailed}
    />
  )
}

function useBlobUrl(name: ObjectName, type: string): Loaded<string> {
  const loaded = useLoaded(
    async (signal) => URL.createObjectURL(new Blob([await readAll(name, signal)], { type })),
    [name.bucket, name.key, name.versionId],
  )
  const { value: url } = loaded
  useEffect(() => () => void (url !== undefined && URL.revokeObjectURL(url)), [url])
  return loaded
}
