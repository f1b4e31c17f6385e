import { useId } from 'preact/hooks'
import { type DocumentPlace, getDocument, putDocument } from '../api/documents.ts'
import { SaveBar } from '../shared/save-bar.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { LifecyclePicture } from './lifecycle-picture.tsx'
import { LineChanges } from '../shared/line-changes.tsx'
import { SettingButtons } from './setting-buttons.tsx'
import type { Setting } from './shape.ts'
import { ShapeForm } from './shape-form.tsx'
import { stillEmpty } from './still-empty.ts'
import { Warning } from '../shared/warning.tsx'
import { emptyNode, parseNode, printNode, withText, type XmlNode } from './xml-node.ts'

export interface SettingEditorProps {
  readonly place: DocumentPlace
  readonly setting: Setting
  /** Of one of several. */
  readonly id?: string
}

/** A setting as a form, with the document beside it: either is edited, and the other follows. */
export function SettingEditor({ place, setting, id = '' }: SettingEditorProps) {
  const { root, shapes, canDelete, title } = setting
  const fieldId = useId()
  const load = async (signal: AbortSignal): Promise<string> => {
    const document = await getDocument(place, signal)
    return document === '' ? '' : printNode(parseNode(document))
  }
  const edited = useEdited(load, (text) => putDocument(place, text), [JSON.stringify(place)])
  const { before = '', value: text, change } = edited
  if (text === undefined) return <SaveBar edited={edited} />
  const parsed = parse(text, withText(emptyNode(root), 'Id', id))
  const node = 'node' in parsed ? parsed.node : undefined
  const empty = node && text !== '' && text !== before ? stillEmpty(shapes, node) : []
  const warning = node && text !== before ? setting.warning?.(text) : undefined
  return (
    <>
      <div class="setting">
        <section aria-label={settingTexts.form}>
          {before === '' && <p class="dim">{settingTexts.notSet}</p>}
          {node && <ShapeForm shapes={shapes} node={node} onNode={(after) => change(printNode(after))} />}
          {'reason' in parsed && <Warning text={settingTexts.notXml(parsed.reason)} />}
          {node && setting.name === 'lifecycle' && <LifecyclePicture rules={node.children} />}
        </section>
        <section class="field">
          <label for={fieldId}>{settingTexts.document}</label>
          <textarea
            id={fieldId}
            rows={Math.min(30, Math.max(8, text.split('\n').length + 1))}
            spellcheck={false}
            value={text}
            onInput={(event) => change(event.currentTarget.value)}
          />
          <LineChanges before={before} after={text} />
        </section>
      </div>
      {empty.length > 0 && <Warning text={settingTexts.stillEmpty(empty)} />}
      {warning !== undefined && <Warning text={warning} />}
      <SettingButtons {...{ place, edited, canDelete }} title={id === '' ? title : id} />
    </>
  )
}

function parse(text: string, empty: XmlNode): { readonly node: XmlNode } | { readonly reason: string } {
  if (text === '') return { node: empty }
  try {
    return { node: parseNode(text) }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}
