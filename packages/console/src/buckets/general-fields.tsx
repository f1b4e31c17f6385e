import type { NewBucket } from '../api/buckets.ts'
import { Choice } from '../shared/choice.tsx'
import { Check, Field } from '../shared/field.tsx'
import { bucketTexts } from '../texts/buckets.ts'
import { accessSettingTexts } from '../texts/settings/access.ts'
import { keepingTexts } from '../texts/settings/keeping.ts'
import { BucketTagFields, EncryptionChoice } from './both-kinds.tsx'
import { bucketNameProblem } from './bucket-name.ts'

export interface GeneralFieldsProps {
  readonly bucket: NewBucket
  readonly onBucket: (bucket: NewBucket) => void
}

/** What is asked of a new general purpose bucket. */
export function GeneralFields({ bucket, onBucket }: GeneralFieldsProps) {
  const set = (part: Partial<NewBucket>): void => onBucket({ ...bucket, ...part })
  const problem = (bucket.name !== '' && bucketNameProblem(bucket.name)) || ''
  return (
    <>
      <Field
        label={bucketTexts.name}
        value={bucket.name}
        onValue={(name) => set({ name })}
        hint={bucketTexts.nameHint}
        input={{
          autofocus: true,
          required: true,
          ref: (input) => input?.setCustomValidity(problem),
        }}
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
        <EncryptionChoice value={bucket.encryption} onValue={(encryption) => set({ encryption })} />
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
        <BucketTagFields tags={bucket.tags} onTags={(tags) => set({ tags })} />
      </details>
    </>
  )
}
