import { useId } from 'preact/hooks'
import { getDocument, putDocument } from '../api/bucket-documents.ts'
import { SaveBar } from '../shared/save-bar.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import type { Draft } from './draft.ts'
import { LifecyclePicture } from './lifecycle-picture.tsx'
import { LineChanges } from './line-changes.tsx'
import { SettingButtons } from './setting-buttons.tsx'
import type { Setting } from './shape.ts'
import { ShapeForm } from './shape-form.tsx'
import { Warning } from '../shared/warning.tsx'
import { emptyNode, parseNode, printNode, type XmlNode } from './xml-node.ts'

export interface SettingEditorProps {
  readonly bucket: string
  readonly setting: Setting
}

/** A setting as a form, with the document beside it: either is edited, and the other follows. */
export function SettingEditor({ bucket, setting }: SettingEditorProps) {
  const { resource, root, shapes, canDelete, title, explanation } = setting
  const id = useId()
  const load = async (signal: AbortSignal): Promise<Draft> => {
    const document = await getDocument(bucket, resource, signal)
    const before = document === '' ? '' : printNode(parseNode(document))
    return { before, text: before }
  }
  const edited = useEdited(load, ({ text }) => putDocument(bucket, resource, text), [bucket, resource])
  const { value, change } = edited
  if (!value) return <SaveBar edited={edited} />
  const parsed = parse(value.text, root)
  const node = 'node' in parsed ? parsed.node : undefined
  const warning = node && value.text !== value.before ? setting.warning?.(value.text) : undefined
  return (
    <>
      <p class="dim">{explanation}</p>
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
          {node && resource === 'lifecycle' && <LifecyclePicture rules={node.children} />}
        </section>
        <section class="field">
          <label for={id}>{settingTexts.document}</label>
          <textarea
            id={id}
            rows={Math.min(30, Math.max(8, value.text.split('\n').length + 1))}
            spellcheck={false}
            value={value.text}
            onInput={(event) => change({ ...value, text: event.currentTarget.value })}
          />
          <LineChanges before={value.before} after={value.text} />
        </section>
      </div>
      {warning !== undefined && <Warning text={warning} />}
      <SettingButtons {...{ bucket, resource, title, edited, canDelete }} />
    </>
  )
}

function parse(text: string, root: string): { readonly node: XmlNode } | { readonly reason: string } {
  if (text === '') return { node: emptyNode(root) }
  try {
    return { node: parseNode(text) }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}
