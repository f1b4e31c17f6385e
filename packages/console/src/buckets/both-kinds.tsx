import type { Encryption } from '../api/buckets.ts'
import type { Pair } from '../api/pairs.ts'
import { Choice } from '../shared/choice.tsx'
import { PairsEditor } from '../shared/pairs-editor.tsx'
import { bucketTexts } from '../texts/buckets.ts'
import { keepingTexts } from '../texts/settings/keeping.ts'

interface EncryptionChoiceProps {
  readonly value: Encryption
  readonly onValue: (value: Encryption) => void
}

/** How a new bucket of either kind encrypts. */
export function EncryptionChoice({ value, onValue }: EncryptionChoiceProps) {
  return (
    <Choice
      label={bucketTexts.encryption}
      hint={keepingTexts.encryption.explanation}
      value={value}
      options={keepingTexts.encryption.algorithms}
      onValue={onValue}
    />
  )
}

interface BucketTagFieldsProps {
  readonly tags: readonly Pair[]
  readonly onTags: (tags: readonly Pair[]) => void
}

/** The tags of a new bucket of either kind. */
export function BucketTagFields({ tags, onTags }: BucketTagFieldsProps) {
  return (
    <fieldset>
      <legend>{bucketTexts.tags}</legend>
      <PairsEditor
        pairs={tags}
        onPairs={onTags}
        nameLabel={bucketTexts.tag}
        valueLabel={bucketTexts.tagValue}
      />
    </fieldset>
  )
}
