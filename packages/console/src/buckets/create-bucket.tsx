import { useState } from 'preact/hooks'
import { createBucket, type NewBucket } from '../api/buckets.ts'
import { Choice } from '../shared/choice.tsx'
import { Check, Field } from '../shared/field.tsx'
import { FormDialog } from '../shared/form-dialog.tsx'
import { PairsEditor } from '../shared/pairs-editor.tsx'
import { bucketNameProblem } from './bucket-name.ts'
import { go, linkTo } from '../shared/route.ts'
import { bucketTexts } from '../texts/buckets.ts'
import { accessSettingTexts } from '../texts/settings/access.ts'
import { keepingTexts } from '../texts/settings/keeping.ts'

/** S3's own choices. */
const USUAL: NewBucket = {
  name: '',
  versioned: false,
  locked: false,
  ownership: 'BucketOwnerEnforced',
  encryption: 'AES256',
  kmsKey: '',
  bucketKey: true,
  tags: [],
}

/** Asks for a new bucket, and goes there. */
export function CreateBucket({ onClose }: { readonly onClose: () => void }) {
  const [bucket, setBucket] = useState(USUAL)
  const set = (part: Partial<NewBucket>): void => setBucket({ ...bucket, ...part })
  const problem = (bucket.name !== '' && bucketNameProblem(bucket.name)) || ''
  const create = async (): Promise<void> => {
    await createBucket(bucket)
    onClose()
    go(linkTo(['buckets', bucket.name]))
  }
  return (
    <FormDialog title={bucketTexts.create} yes={bucketTexts.create} onClose={onClose} onSubmit={create}>
      <Field
        label={bucketTexts.name}
        value={bucket.name}
        onValue={(name) => set({ name })}
        hint={bucketTexts.nameHint}
        input={{ required: true, ref: (input) => input?.setCustomValidity(problem) }}
      />
      <Check
        label={bucketTexts.versioned}
        hint={bucketTexts.versionedHint}
        checked={bucket.versioned || bucket.locked}
        disabled={bucket.locked}
        onChecked={(versioned) => set({ versioned })}
      />
      <details>
        <summary>{bucketTexts.more}</summary>
        <Check
          label={bucketTexts.locked}
          hint={bucketTexts.lockedHint}
          checked={bucket.locked}
          onChecked={(locked) => set({ locked })}
        />
        <Choice
          label={accessSettingTexts.ownership.owner}
          hint={accessSettingTexts.ownership.explanation}
          value={bucket.ownership}
          options={accessSettingTexts.ownership.owners}
          onValue={(ownership) => set({ ownership })}
        />
        <Choice
          label={bucketTexts.encryption}
          hint={keepingTexts.encryption.explanation}
          value={bucket.encryption}
          options={keepingTexts.encryption.algorithms}
          onValue={(encryption) => set({ encryption })}
        />
        {bucket.encryption === 'aws:kms' && (
          <>
            <Field
              label={keepingTexts.encryption.key}
              hint={keepingTexts.encryption.keyHint}
              value={bucket.kmsKey}
              onValue={(kmsKey) => set({ kmsKey })}
            />
            <Check
              label={keepingTexts.encryption.bucketKey}
              checked={bucket.bucketKey}
              onChecked={(bucketKey) => set({ bucketKey })}
            />
          </>
        )}
        <fieldset>
          <legend>{bucketTexts.tags}</legend>
          <PairsEditor
            pairs={bucket.tags}
            onPairs={(tags) => set({ tags })}
            nameLabel={bucketTexts.tag}
            valueLabel={bucketTexts.tagValue}
          />
        </fieldset>
      </details>
    </FormDialog>
  )
}
