import { useState } from 'preact/hooks'
import { copyObject, deleteOne, type ObjectName } from '../api/object-details.ts'
import { Dialog } from '../shared/dialog.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { tellDone } from '../shared/notices.tsx'
import { panelTexts } from '../texts/object-panel.ts'

export interface MoveDialogProps {
  readonly name: ObjectName
  readonly onClose: () => void
  readonly onMoved: () => void
}

/** Copies an object to another place, or moves or renames it. */
export function MoveDialog({ name, onClose, onMoved }: MoveDialogProps) {
  const [bucket, setBucket] = useState(name.bucket)
  const [key, setKey] = useState(name.key)
  const [error, setError] = useState<unknown>()
  const isSame = bucket === name.bucket && key === name.key
  const run = async (moves: boolean): Promise<void> => {
    await copyObject(name, { bucket, key })
    if (moves) await deleteOne({ bucket: name.bucket, key: name.key })
    tellDone(moves ? panelTexts.moved(key) : panelTexts.copied(key))
    onMoved()
  }
  const button = (text: string, moves: boolean) => (
    <button
      type="button"
      class={moves ? '' : 'primary'}
      disabled={isSame || key === ''}
      onClick={() => void run(moves).catch(setError)}
    >
      {text}
    </button>
  )
  return (
    <Dialog title={panelTexts.moveTitle(name.key)} onClose={onClose}>
      <Field label={panelTexts.toBucket} value={bucket} onValue={setBucket} />
      <Field label={panelTexts.toKey} value={key} onValue={setKey} hint={panelTexts.moveHint} />
      {error !== undefined && <ErrorNote error={error} />}
      <footer>
        {button(panelTexts.moveIt, true)}
        {button(panelTexts.copyIt, false)}
      </footer>
    </Dialog>
  )
}
