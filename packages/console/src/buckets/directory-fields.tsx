import { useId } from 'preact/hooks'
import { directoryBucketName } from '../api/bucket-kind.ts'
import type { NewDirectoryBucket } from '../api/buckets.ts'
import { Field } from '../shared/field.tsx'
import { bucketTexts } from '../texts/buckets.ts'
import { keepingTexts } from '../texts/settings/keeping.ts'
import { BucketTagFields, EncryptionChoice } from './both-kinds.tsx'
import { baseNameProblem, zoneProblem } from './bucket-name.ts'

export interface DirectoryFieldsProps {
  readonly bucket: NewDirectoryBucket
  /** That are proposed. */
  readonly zones: readonly string[]
  readonly onBucket: (bucket: NewDirectoryBucket) => void
}

/** What is asked of a new directory bucket, whose name is put together. */
export function DirectoryFields({ bucket, zones, onBucket }: DirectoryFieldsProps) {
  const id = useId()
  const { baseName, zone } = bucket
  const set = (part: Partial<NewDirectoryBucket>): void => onBucket({ ...bucket, ...part })
  const problems = {
    baseName: (baseName !== '' && baseNameProblem(baseName, zone)) || '',
    zone: (zone !== '' && zoneProblem(zone)) || '',
  }
  return (
    <>
      <Field
        label={bucketTexts.baseName}
        hint={bucketTexts.baseNameHint}
        value={baseName}
        onValue={(baseName) => set({ baseName })}
        input={{ required: true, ref: (input) => input?.setCustomValidity(problems.baseName) }}
      />
      <Field
        label={bucketTexts.zone}
        hint={bucketTexts.zoneHint}
        value={zone}
        onValue={(zone) => set({ zone })}
        input={{
          required: true,
          list: `${id}-zones`,
          ref: (input) => input?.setCustomValidity(problems.zone),
        }}
      />
      <datalist id={`${id}-zones`}>
        {zones.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <p class="field" role="status">
        <span>{bucketTexts.wholeName}</span>
        {baseName === '' || zone === '' ? (
          <span class="dim">{bucketTexts.unfinishedName}</span>
        ) : (
          <strong class="whole-name">{directoryBucketName(baseName, zone)}</strong>
        )}
      </p>
      <details>
        <summary>{bucketTexts.more}</summary>
        <EncryptionChoice value={bucket.encryption} onValue={(encryption) => set({ encryption })} />
        {bucket.encryption === 'aws:kms' && (
          <Field
            label={keepingTexts.encryption.key}
            hint={`${keepingTexts.encryption.ownKeyHint}. ${keepingTexts.encryption.oneKeyWarning}`}
            value={bucket.kmsKey}
            onValue={(kmsKey) => set({ kmsKey })}
            input={{ required: true }}
          />
        )}
        <BucketTagFields tags={bucket.tags} onTags={(tags) => set({ tags })} />
      </details>
    </>
  )
}
