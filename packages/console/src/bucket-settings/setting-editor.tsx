import { useId } from 'preact/hooks'
import { type DocumentPlace, getDocument, putDocument } from '../api/documents.ts'
import { SaveBar } from '../shared/save-bar.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import type { Draft } from './draft.ts'
import { LifecyclePicture } from './lifecycle-picture.tsx'
import { LineChanges } from '../shared/line-changes.tsx'
import { SettingButtons } from './setting-buttons.tsx'
import type { Setting } from './shape.ts'
import { ShapeForm } from './shape-form.tsx'
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
  const load = async (signal: AbortSignal): Promise<Draft> => {
    const document = await getDocument(place, signal)
    const before = document === '' ? '' : printNode(parseNode(document))
    return { before, text: before }
  }
  const edited = useEdited(load, ({ text }) => putDocument(place, text), [JSON.stringify(place)])
  const { value, change } = edited
  if (!value) return <SaveBar edited={edited} />
  const parsed = parse(value.text, withText(emptyNode(root), 'Id', id))
  const node = 'node' in parsed ? parsed.node : undefined
  const warning = node && value.text !== value.before ? setting.warning?.(value.text) : undefined
  return (
    <>
      <div class="setting">
        <section aria-label={settingTexts.form}>
          {value.before === '' && <p class="dim">{settingTexts.notSet}</p>}
          {node && (
            <ShapeForm
              shapes={shapes}
              node={node}
              onNode={(after) => change({ ...value, text: printNode(after) })}
            />
          )}
          {'reason' in parsed && <Warning text={settingTexts.notXml(parsed.reason)} />}
          {node && setting.name === 'lifecycle' && <LifecyclePicture rules={node.children} />}
        </section>
        <section class="field">
          <label for={fieldId}>{settingTexts.document}</label>
          <textarea
            id={fieldId}
            rows={Math.min(30, Math.max(8, value.text.split('\n').length + 1))}
            spellcheck={false}
            value={value.text}
            onInput={(event) => change({ ...value, text: event.currentTarget.value })}
          />
          <LineChanges before={value.before} after={value.text} />
        </section>
      </div>
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
