import { useState } from 'preact/hooks'
import { bucketDocument, documentIds } from '../api/documents.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { Icon } from '../shared/icon.tsx'
import { Section } from '../shared/section.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { SettingEditor } from './setting-editor.tsx'
import type { Setting } from './shape.ts'

export interface ListedSettingProps {
  readonly bucket: string
  readonly setting: Setting
}

/** A setting that a bucket has several of, each with its editor; and one to begin. */
export function ListedSetting({ bucket, setting }: ListedSettingProps) {
  const { resource, root } = setting
  const load = (signal: AbortSignal): Promise<string[]> => documentIds(bucket, resource, root, signal)
  const { value: there, error, reload } = useLoaded(load, [bucket, resource])
  const [begun, setBegun] = useState<readonly string[]>([])
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  if (!there) return <p class="dim">{commonTexts.loading}</p>
  const ids = [...there, ...begun.filter((id) => !there.includes(id))]
  return (
    <>
      {ids.length === 0 && <p class="dim">{settingTexts.noConfigurations}</p>}
      {ids.map((id) => (
        <Section key={id} title={id} isOpen={begun.includes(id) || ids.length === 1}>
          <SettingEditor place={bucketDocument(bucket, resource, id)} setting={setting} id={id} />
        </Section>
      ))}
      <NewId onId={(id) => setBegun([...begun, id])} />
    </>
  )
}

/** Source: S3 User Guide, metrics configurations: an id has up to 64 letters, digits, periods, dashes and underscores. */
const ID = '[a-zA-Z0-9._\\-]{1,64}'

function NewId({ onId }: { readonly onId: (id: string) => void }) {
  const [id, setId] = useState('')
  const submit = (event: Event): void => {
    event.preventDefault()
    onId(id)
    setId('')
  }
  return (
    <form class="setting-place" onSubmit={submit}>
      <Field
        label={settingTexts.newId}
        hint={settingTexts.newIdHint}
        value={id}
        onValue={setId}
        input={{ required: true, pattern: ID }}
      />
      <button type="submit">
        <Icon name="plus" />
        {settingTexts.begin}
      </button>
    </form>
  )
}
