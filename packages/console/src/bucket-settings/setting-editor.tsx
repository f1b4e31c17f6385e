import { useId } from 'preact/hooks'
import { deleteDocument, getDocument, putDocument } from '../api/bucket-documents.ts'
import { Icon } from '../shared/icon.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { LifecyclePicture } from './lifecycle-picture.tsx'
import { LineChanges } from './line-changes.tsx'
import type { Setting } from './shape.ts'
import { ShapeForm } from './shape-form.tsx'
import { Warning } from '../shared/warning.tsx'
import { emptyNode, parseNode, printNode, type XmlNode } from './xml-node.ts'

export interface SettingEditorProps {
  readonly bucket: string
  readonly setting: Setting
}

/** The document as it is, and as it is edited. */
interface Draft {
  readonly before: string
  readonly text: string
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
  const { value, change, reload } = edited
  if (!value) return <SaveBar edited={edited} />
  const parsed = parse(value.text, root)
  const node = 'node' in parsed ? parsed.node : undefined
  const warning = node && value.text !== value.before ? setting.warning?.(value.text) : undefined
  const remove = async (): Promise<void> => {
    const question = {
      title: settingTexts.removeQuestion(title),
      detail: settingTexts.removeDetail,
      yes: settingTexts.remove,
    }
    if (!(await ask(question)).yes) return
    await deleteDocument(bucket, resource)
    tellDone(settingTexts.removed)
    reload()
  }
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
      <div class="setting-buttons">
        <SaveBar edited={edited} />
        {canDelete && value.before !== '' && (
          <button type="button" class="danger-quiet" onClick={() => void remove().catch(tellFailed)}>
            <Icon name="delete" />
            {settingTexts.remove}
          </button>
        )}
      </div>
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
