import { useState } from 'preact/hooks'
import { type ObjectName, restoreArchived } from '../api/object-details.ts'
import { Field } from '../shared/field.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { panelTexts } from '../texts/object-panel.ts'

const ARCHIVES = new Set(['GLACIER', 'DEEP_ARCHIVE'])

/** For an object whose bytes cannot be read as they are. */
export function RestoreArchived({ name, headers }: { readonly name: ObjectName; readonly headers: Headers }) {
  const [days, setDays] = useState('1')
  const isArchived = ARCHIVES.has(headers.get('x-amz-storage-class') ?? '')
  if (!isArchived || headers.has('x-amz-restore')) return null
  const restore = async (): Promise<void> => {
    await restoreArchived(name, Number(days))
    tellDone(panelTexts.restoring)
  }
  return (
    <div class="note warning">
      <div>
        <p>{panelTexts.archived}</p>
        <Field label={panelTexts.days} value={days} onValue={setDays} input={{ type: 'number', min: 1 }} />
        <button type="button" onClick={() => void restore().catch(tellFailed)}>
          {panelTexts.restoreIt}
        </button>
      </div>
    </div>
  )
}
