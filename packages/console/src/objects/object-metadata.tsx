import { copyObject } from '../api/copy.ts'
import { headObject, type ObjectName } from '../api/object-details.ts'
import type { Pair } from '../api/pairs.ts'
import { Field } from '../shared/field.tsx'
import { PairsEditor } from '../shared/pairs-editor.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { panelTexts } from '../texts/object-panel.ts'

interface Metadata {
  readonly standard: Readonly<Record<string, string>>
  readonly own: readonly Pair[]
}

const STANDARD = {
  'content-type': panelTexts.type,
  'cache-control': panelTexts.cacheControl,
  'content-disposition': panelTexts.contentDisposition,
  'content-encoding': panelTexts.contentEncoding,
}
const OWN = 'x-amz-meta-'

/** The headers that come with an object. */
export function ObjectMetadata({
  name,
  onChanged,
}: {
  readonly name: ObjectName
  readonly onChanged: () => void
}) {
  const store = async (metadata: Metadata): Promise<void> => {
    await copyObject(name, name, { headers: headersOf(metadata) })
    onChanged()
  }
  const load = async (): Promise<Metadata> => metadataOf(await headObject(name))
  const edited = useEdited(load, store, [name.bucket, name.key, name.versionId])
  const { value, change } = edited
  return (
    <>
      <p class="hint">{panelTexts.metadataHint}</p>
      {value && (
        <>
          {Object.entries(STANDARD).map(([header, label]) => (
            <Field
              key={header}
              label={label}
              value={value.standard[header] ?? ''}
              onValue={(text) => change({ ...value, standard: { ...value.standard, [header]: text } })}
            />
          ))}
          <PairsEditor
            pairs={value.own}
            onPairs={(own) => change({ ...value, own })}
            nameLabel={panelTexts.metadataName}
            valueLabel={panelTexts.metadataValue}
          />
        </>
      )}
      <SaveBar edited={edited} />
    </>
  )
}

function metadataOf(headers: Headers): Metadata {
  const all = [...headers]
  return {
    standard: Object.fromEntries(all.filter(([name]) => Object.hasOwn(STANDARD, name))),
    own: all
      .filter(([name]) => name.startsWith(OWN))
      .map(([name, value]) => ({ name: name.slice(OWN.length), value })),
  }
}

function headersOf({ standard, own }: Metadata): Record<string, string> {
  const given = Object.entries(standard).filter(([, value]) => value !== '')
  const named = own
    .filter(({ name }) => name !== '')
    .map(({ name, value }): [string, string] => [OWN + name.toLowerCase(), value])
  return Object.fromEntries([...given, ...named])
}
