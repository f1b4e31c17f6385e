import { useState } from 'preact/hooks'
import { ApiError, plainCode } from '../api/api-error.ts'
import {
  getLegalHold,
  getRetention,
  type ObjectName,
  putLegalHold,
  putRetention,
  releaseEventHold,
  type Retention,
} from '../api/object-details.ts'
import { Check, Field } from '../shared/field.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import { Choice } from '../shared/choice.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { panelTexts } from '../texts/object-panel.ts'

/** What keeps a version from being deleted. */
export function ObjectLock({ name }: { readonly name: ObjectName }) {
  return (
    <>
      <RetentionForm name={name} />
      <LegalHold name={name} />
    </>
  )
}

const NONE: Retention = { mode: 'GOVERNANCE', until: '' }

function RetentionForm({ name }: { readonly name: ObjectName }) {
  const [bypass, setBypass] = useState(false)
  const edited = useEdited(
    async () => (await getRetention(name)) ?? NONE,
    (retention) => putRetention(name, retention, bypass),
    [name.bucket, name.key, name.versionId],
  )
  const { value, change } = edited
  const release = async (): Promise<void> => {
    await releaseEventHold(name)
    tellDone(panelTexts.eventHoldReleased)
    edited.reload()
  }
  if (edited.error instanceof ApiError && plainCode(edited.error) === 'ObjectLockConfigurationNotFoundError')
    return <p class="dim">{panelTexts.noLock}</p>
  return (
    <>
      {value && (
        <>
          {value.until === '' && <p class="dim">{panelTexts.noRetention}</p>}
          <Choice
            label={panelTexts.mode}
            value={value.mode}
            options={panelTexts.modes}
            onValue={(mode) => change({ ...value, mode })}
          />
          <Field
            label={panelTexts.until}
            value={localTime(value.until)}
            onValue={(text) => change({ ...value, until: text === '' ? '' : new Date(text).toISOString() })}
            input={{ type: 'datetime-local' }}
          />
          <Check label={panelTexts.bypass} checked={bypass} onChecked={setBypass} />
          {value.heldFor !== undefined && (
            <p>
              {panelTexts.eventHold(value.heldFor)}{' '}
              <button type="button" onClick={() => void release().catch(tellFailed)}>
                {panelTexts.releaseEventHold}
              </button>
            </p>
          )}
        </>
      )}
      <SaveBar edited={edited} />
    </>
  )
}

/** As the browser's own field for times has it. */
function localTime(iso: string): string {
  if (iso === '') return ''
  const date = new Date(iso)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function LegalHold({ name }: { readonly name: ObjectName }) {
  const { value: isHeld, reload } = useLoaded(
    () => getLegalHold(name),
    [name.bucket, name.key, name.versionId],
  )
  if (isHeld === undefined) return null
  const set = async (held: boolean): Promise<void> => {
    await putLegalHold(name, held)
    tellDone(commonTexts.saved)
    reload()
  }
  return (
    <Check
      label={panelTexts.legalHold}
      checked={isHeld}
      onChecked={(held) => void set(held).catch(tellFailed)}
    />
  )
}
