import { bucketHolder } from '../access/preview-questions.ts'
import { bucketKind } from '../api/bucket-kind.ts'
import { bucketDocument, getDocument, putDocument } from '../api/documents.ts'
import { signedIn } from '../api/session.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { HolderPolicy } from './holder-policy.tsx'
import { NewSessionStatement, NewStatement } from './new-statement.tsx'

/** What the policies of each kind of bucket say, and help for the usual statements. */
const BY_KIND = {
  general: {
    about: settingTexts.policyAbout,
    publicWarning: settingTexts.publicPolicy,
    Template: NewStatement,
  },
  directory: {
    about: settingTexts.sessionPolicyAbout,
    publicWarning: settingTexts.neverPublic,
    Template: NewSessionStatement,
  },
}

/** The bucket's policy: as it is written, with help for the usual statements. */
export function PolicyEditor({ bucket: Bucket }: { readonly bucket: string }) {
  const place = bucketDocument(Bucket, 'policy')
  const { about, publicWarning, Template } = BY_KIND[bucketKind(Bucket).name]
  return (
    <>
      <p class="dim">{about}</p>
      <HolderPolicy
        holder={bucketHolder(Bucket, signedIn())}
        title={settingTexts.policy}
        label={settingTexts.document}
        bucket={Bucket}
        publicWarning={publicWarning}
        place={place}
        read={(signal) => getDocument(place, signal)}
        write={(text) => putDocument(place, text)}
        changeTo={(Policy) =>
          Policy === undefined
            ? { operation: 'DeleteBucketPolicy', input: { Bucket } }
            : { operation: 'PutBucketPolicy', input: { Bucket, Policy } }
        }
        beside={(text, change) => <Template bucket={Bucket} text={text} onText={change} />}
      />
    </>
  )
}
