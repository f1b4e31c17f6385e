import type { ComponentChildren } from 'preact'
import { ChangePreview } from '../access/change-preview.tsx'
import { type Holder, namedPrincipals, namedResources } from '../access/preview-questions.ts'
import type { Change } from '../api/administration.ts'
import type { DocumentPlace } from '../api/documents.ts'
import { signedIn } from '../api/session.ts'
import { PolicyField, type PolicyFieldProps } from '../policy/policy-field.tsx'
import { jsonProblem } from '../shared/json-field.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { Warning } from '../shared/warning.tsx'
import { isPublicPolicy, prettyPolicy } from './policy-document.ts'
import { SettingButtons } from './setting-buttons.tsx'

interface HolderPolicyProps extends Pick<PolicyFieldProps, 'label' | 'bucket'> {
  readonly holder: Holder
  readonly title: string
  readonly place: DocumentPlace
  readonly read: (signal: AbortSignal) => Promise<string>
  readonly write: (text: string) => Promise<void>
  /** What saving a policy does; `undefined`: taking it away. */
  readonly changeTo: (policy: string | undefined) => Change
  /** Said of a policy that lets everybody in. */
  readonly publicWarning: string
  /** What stands beside the document. */
  readonly beside?: (text: string, change: (text: string) => void) => ComponentChildren
}

/** The policy of a bucket, or of an access point, with what its change would do. */
export function HolderPolicy(props: HolderPolicyProps) {
  const { holder, title, place, label, bucket, publicWarning, changeTo, beside } = props
  const read = async (signal: AbortSignal): Promise<string> => prettyPolicy(await props.read(signal))
  const edited = useEdited(read, props.write, [holder.arn])
  const { before = '', value: text, change } = edited
  if (text === undefined) return <SaveBar edited={edited} />
  const field = <PolicyField kind="bucket" {...{ label, bucket, before }} value={text} onValue={change} />
  const both = [before, text]
  return (
    <>
      {beside ? (
        <div class="setting">
          {beside(text, change)}
          <section>{field}</section>
        </div>
      ) : (
        field
      )}
      {edited.isChanged && jsonProblem(text) === undefined && (
        <ChangePreview
          of={text}
          change={() => ({
            changes: [changeTo(text.trim() === '' ? undefined : text)],
            principals: ['anonymous', ...namedPrincipals(both), signedIn().account],
            resources: namedResources(both, [holder]),
          })}
        />
      )}
      {isPublicPolicy(text) && <Warning text={publicWarning} />}
      <SettingButtons {...{ place, title, edited }} canDelete />
    </>
  )
}
