import { type ObjectName, readStart } from '../api/object-details.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { sizeText } from '../shared/formats.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { panelTexts } from '../texts/object-panel.ts'
import { csvRows } from './csv-rows.ts'
import { ImagePreview, PlayedPreview } from './media-preview.tsx'
import { type PreviewKind, previewOf } from './preview-kind.ts'
import { PreviewTable } from './preview-table.tsx'

export interface ObjectPreviewProps {
  readonly name: ObjectName
  readonly contentType: string
  readonly sizeBytes: number
}

const MEBIBYTE = 1024 * 1024
const TEXT_BYTES = 256 * 1024
const CSV_ROWS = 200
/** More is not fetched to be looked at. Text is shown as far as it was read, pictures whole or not at all. */
const IMAGE_BYTES = 32 * MEBIBYTE

/** A look at an object that runs nothing of it: texts are texts, and media go to elements that know no scripts. */
export function ObjectPreview({ name, contentType, sizeBytes }: ObjectPreviewProps) {
  const preview = previewOf(contentType, name.key)
  if (preview.kind === 'none' || sizeBytes === 0) return <p class="dim">{panelTexts.noPreview}</p>
  if (preview.kind === 'image')
    return sizeBytes > IMAGE_BYTES ? (
      <p class="dim">{panelTexts.tooLarge(sizeText(IMAGE_BYTES))}</p>
    ) : (
      <ImagePreview name={name} type={preview.type} />
    )
  if (preview.kind === 'audio' || preview.kind === 'video')
    return <PlayedPreview name={name} kind={preview.kind} type={preview.type} sizeBytes={sizeBytes} />
  return <TextPreview name={name} kind={preview.kind} sizeBytes={sizeBytes} />
}

interface TextPreviewProps {
  readonly name: ObjectName
  readonly kind: PreviewKind
  readonly sizeBytes: number
}

function TextPreview({ name, kind, sizeBytes }: TextPreviewProps) {
  const { value: text, error } = useLoaded(
    async (signal) => (await readStart(name, TEXT_BYTES, signal)).text(),
    [name.bucket, name.key, name.versionId],
  )
  if (error !== undefined) return <ErrorNote error={error} />
  if (text === undefined) return <p class="dim">{commonTexts.loading}</p>
  return (
    <>
      {kind === 'csv' ? (
        <CsvTable rows={csvRows(text, CSV_ROWS)} />
      ) : (
        <pre class="preview-text" tabIndex={0} aria-label={panelTexts.preview}>
          {kind === 'json' ? pretty(text) : text}
        </pre>
      )}
      {sizeBytes > TEXT_BYTES && (
        <p class="hint">{panelTexts.firstBytes(sizeText(TEXT_BYTES), sizeText(sizeBytes))}</p>
      )}
    </>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

function CsvTable({ rows }: { readonly rows: readonly (readonly string[])[] }) {
  const [head = [], ...body] = rows
  return <PreviewTable label={panelTexts.preview} head={head} rows={body} />
}
