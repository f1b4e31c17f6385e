import { useState } from 'preact/hooks'
import { type BucketKind, directoryBucketName } from '../api/bucket-kind.ts'
import {
  createBucket,
  createDirectoryBucket,
  type NewBucket,
  type NewDirectoryBucket,
} from '../api/buckets.ts'
import { Choice } from '../shared/choice.tsx'
import { FormDialog } from '../shared/form-dialog.tsx'
import { go, linkTo } from '../shared/route.ts'
import { bucketTexts } from '../texts/buckets.ts'
import { DirectoryFields } from './directory-fields.tsx'
import { GeneralFields } from './general-fields.tsx'

/** What both kinds of bucket have, as S3 has it by itself. */
const USUAL = { encryption: 'AES256', kmsKey: '', tags: [] } as const

const USUAL_GENERAL: NewBucket = {
  ...USUAL,
  name: '',
  versioned: false,
  locked: false,
  ownership: 'BucketOwnerEnforced',
  bucketKey: true,
}

export interface CreateBucketProps {
  /** In which there are directory buckets. */
  readonly zones: readonly string[]
  readonly onClose: () => void
}

/** Asks for a new bucket, and goes there. */
export function CreateBucket({ zones, onClose }: CreateBucketProps) {
  const [kind, setKind] = useState<BucketKind['name']>('general')
  const [general, setGeneral] = useState(USUAL_GENERAL)
  const [directory, setDirectory] = useState<NewDirectoryBucket>({
    ...USUAL,
    baseName: '',
    zone: zones[0] ?? '',
  })
  const create = async (): Promise<void> => {
    if (kind === 'general') await createBucket(general)
    else await createDirectoryBucket(directory)
    onClose()
    const name = kind === 'general' ? general.name : directoryBucketName(directory.baseName, directory.zone)
    go(linkTo(['buckets', name]))
  }
  return (
    <FormDialog title={bucketTexts.create} yes={bucketTexts.create} onClose={onClose} onSubmit={create}>
      <Choice
        label={bucketTexts.kind}
        hint={bucketTexts.kindHints[kind]}
        value={kind}
        options={bucketTexts.kinds}
        onValue={setKind}
      />
      {kind === 'general' ? (
        <GeneralFields bucket={general} onBucket={setGeneral} />
      ) : (
        <DirectoryFields bucket={directory} zones={zones} onBucket={setDirectory} />
      )}
    </FormDialog>
  )
}
