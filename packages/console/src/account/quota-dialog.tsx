import { useState } from 'preact/hooks'
import { changeAtServer } from '../api/administration.ts'
import { signedIn } from '../api/session.ts'
import { Choice } from '../shared/choice.tsx'
import { Field } from '../shared/field.tsx'
import { FormDialog } from '../shared/form-dialog.tsx'
import { sizeText } from '../shared/formats.ts'
import { accountTexts } from '../texts/account.ts'

export interface QuotaDialogProps {
  readonly onClose: () => void
  readonly onSet: () => void
}

/** Asks what something may hold, in place of what it might before. */
export function QuotaDialog({ onClose, onSet }: QuotaDialogProps) {
  const [scope, setScope] = useState<'bucket' | 'account'>('bucket')
  const [names, setNames] = useState({ bucket: '', account: signedIn().account })
  const [maximumBytes, setBytes] = useState('')
  const [maximumObjects, setObjects] = useState('')
  const set = async (): Promise<void> => {
    const limits = Object.entries({ maximumBytes, maximumObjects }).filter(([, limit]) => limit !== '')
    await changeAtServer('PUT', 'quotas', { [scope]: names[scope], ...Object.fromEntries(limits) })
    onSet()
  }
  const amount = { type: 'number', min: 0, required: maximumBytes + maximumObjects === '' } as const
  return (
    <FormDialog title={accountTexts.set} yes={accountTexts.set} onClose={onClose} onSubmit={set}>
      <Choice label={accountTexts.of} value={scope} options={accountTexts.scopes} onValue={setScope} />
      <Field
        label={accountTexts.name[scope]}
        value={names[scope]}
        onValue={(name) => setNames({ ...names, [scope]: name })}
        input={{ required: true }}
      />
      <Field
        label={accountTexts.mostBytes}
        hint={maximumBytes === '' ? accountTexts.emptyHint : sizeText(Number(maximumBytes))}
        value={maximumBytes}
        onValue={setBytes}
        input={amount}
      />
      <Field
        label={accountTexts.mostObjects}
        hint={accountTexts.emptyHint}
        value={maximumObjects}
        onValue={setObjects}
        input={amount}
      />
    </FormDialog>
  )
}
