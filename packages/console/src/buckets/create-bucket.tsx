import { useState } from 'preact/hooks'
import { createBucket, type NewBucket } from '../api/buckets.ts'
import { Check, Field } from '../shared/field.tsx'
import { FormDialog } from '../shared/form-dialog.tsx'
import { go, linkTo } from '../shared/route.ts'
import { bucketTexts } from '../texts/buckets.ts'

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const NAME = '[a-z0-9][a-z0-9.\\-]{1,61}[a-z0-9]'

/** Asks for a new bucket, and goes there. */
export function CreateBucket({ onClose }: { readonly onClose: () => void }) {
  const [bucket, setBucket] = useState<NewBucket>({ name: '', versioned: false, locked: false, acls: false })
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
        onValue={(name) => setBucket({ ...bucket, name })}
        hint={bucketTexts.nameHint}
        input={{ required: true, pattern: NAME, title: bucketTexts.nameHint }}
      />
      <Check
        label={bucketTexts.versioned}
        hint={bucketTexts.versionedHint}
        checked={bucket.versioned || bucket.locked}
        disabled={bucket.locked}
        onChecked={(versioned) => setBucket({ ...bucket, versioned })}
      />
      <Check
        label={bucketTexts.locked}
        hint={bucketTexts.lockedHint}
        checked={bucket.locked}
        onChecked={(locked) => setBucket({ ...bucket, locked })}
      />
      <Check
        label={bucketTexts.acls}
        hint={bucketTexts.aclsHint}
        checked={bucket.acls}
        onChecked={(acls) => setBucket({ ...bucket, acls })}
      />
    </FormDialog>
  )
}
