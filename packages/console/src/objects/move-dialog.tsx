import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError } from '../api/api-error.ts'
import { bucketKind } from '../api/bucket-kind.ts'
import { copyObject } from '../api/copy.ts'
import { deleteOne, headObject, type ObjectName } from '../api/object-details.ts'
import { renameObject } from '../api/rename.ts'
import { isSourceChanged } from '../api/unless-there.ts'
import { Dialog } from '../shared/dialog.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { tellDone } from '../shared/notices.tsx'
import { mayReplaceOne } from '../transfers/replace-question.ts'
import { panelTexts } from '../texts/object-panel.ts'

export interface MoveDialogProps {
  readonly name: ObjectName
  readonly onClose: () => void
  /** Where the object is now, of one that was moved; nothing of one that was copied. */
  readonly onDone: (movedTo?: ObjectName) => void
}

function tellChanged(error: unknown): never {
  throw isSourceChanged(error) ? new Error(panelTexts.changedBefore) : error
}

async function deleteCopied(name: ObjectName, etag: string | undefined, copiedTo: string): Promise<void> {
  try {
    await deleteOne(name, etag)
  } catch (error) {
    const code = error instanceof ApiError ? error.code : ''
    // Somebody else deleted it.
    if (code === 'NoSuchKey') return
    // Source: S3 User Guide, "How to perform conditional deletes": a conflict is a write at the same time.
    const isChanged = ['PreconditionFailed', 'ConditionalRequestConflict'].includes(code)
    throw isChanged ? new Error(panelTexts.changedAfter(name.key, copiedTo)) : error
  }
}

/** Copies an object to another place, or moves or renames it. */
export function MoveDialog({ name, onClose, onDone }: MoveDialogProps) {
  const [bucket, setBucket] = useState(name.bucket)
  const [key, setKey] = useState(name.key)
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const [share, setShare] = useState<number>()
  const { current: abort } = useRef(new AbortController())
  // Whoever closes the window stops what goes in parts.
  useEffect(() => () => abort.abort(), [abort])
  const isSame = bucket === name.bucket && key === name.key
  const kind = bucketKind(name.bucket)
  const canRename = kind.renames && bucket === name.bucket
  const losesTags = kind.hasObjectTags && !bucketKind(bucket).hasObjectTags
  const mayReplace = (): Promise<boolean> => mayReplaceOne(bucket, key)
  const copy = async (moves: boolean): Promise<boolean> => {
    // What somebody writes to the object meanwhile is neither deleted nor taken for what was copied.
    const etag = moves ? ((await headObject(name)).get('etag') ?? undefined) : undefined
    const options = { onProgress: setShare, signal: abort.signal, mayReplace, etag }
    if (!(await copyObject(name, { bucket, key }, options).catch(tellChanged))) return false
    abort.signal.throwIfAborted()
    if (moves) await deleteCopied({ bucket: name.bucket, key: name.key }, etag, key)
    return true
  }
  const rename = () => renameObject(bucket, name.key, key, mayReplace)
  const run = async (moves: boolean): Promise<void> => {
    setBusy(true)
    setError(undefined)
    const renamed = moves && canRename ? await rename() : 'unable'
    const isDone = renamed === 'unable' ? await copy(moves) : renamed === 'renamed'
    setBusy(false)
    setShare(undefined)
    if (!isDone) return
    tellDone(moves ? panelTexts.moved(key) : panelTexts.copied(key))
    onDone(moves ? { bucket, key } : undefined)
  }
  const failed = (error: unknown): void => {
    setBusy(false)
    setShare(undefined)
    setError(error)
  }
  const button = (text: string, moves: boolean) => (
    <button
      type="button"
      class={moves ? '' : 'primary'}
      disabled={isBusy || isSame || key === ''}
      onClick={() => void run(moves).catch(failed)}
    >
      {text}
    </button>
  )
  return (
    <Dialog title={panelTexts.moveTitle(name.key)} onClose={onClose}>
      <Field label={panelTexts.toBucket} value={bucket} onValue={setBucket} />
      <Field
        label={panelTexts.toKey}
        value={key}
        onValue={setKey}
        input={{ autofocus: true }}
        hint={canRename ? panelTexts.renameHint : panelTexts.moveHint}
      />
      {losesTags && <p class="hint">{panelTexts.tagsStay}</p>}
      {share !== undefined && <progress aria-label={panelTexts.copyProgress(key)} value={share} />}
      {error !== undefined && <ErrorNote error={error} />}
      <footer>
        {button(panelTexts.moveIt, true)}
        {button(panelTexts.copyIt, false)}
      </footer>
    </Dialog>
  )
}
