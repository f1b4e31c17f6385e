import { useState } from 'preact/hooks'
import { ChangePreview, type Previewed } from '../access/change-preview.tsx'
import { iam, iamList, policyText } from '../api/iam.ts'
import { xmlText } from '../api/xml.ts'
import { PolicyField } from '../policy/policy-field.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { jsonProblem } from '../shared/json-field.tsx'
import { tellDone } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { useActing } from '../shared/use-acting.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { peopleTexts } from '../texts/people.ts'
import type { PoliciesProps } from './attached-policies.tsx'
import { membersOf, ownResources } from './preview-places.ts'

/** Policies that somebody has for themselves. */
export function InlinePolicies({ holder, name }: PoliciesProps) {
  const who = { [`${holder}Name`]: name }
  const { value, error, reload } = useLoaded(async () => {
    const names = await iamList(`List${holder}Policies`, 'PolicyNames', who)
    return Promise.all(names.map(({ textContent }) => policyOf(`Get${holder}Policy`, who, textContent)))
  }, [holder, name])
  const { isBusy, act } = useActing(reload)
  const put = (policy: Inline): void =>
    act(async () => {
      await iam(`Put${holder}Policy`, { ...who, PolicyName: policy.name, PolicyDocument: policy.document })
      tellDone(peopleTexts.policyCounts(policy.name))
    })
  const remove = (policy: string): void =>
    act(async () => {
      const title = peopleTexts.removePolicyQuestion(policy)
      const { yes } = await ask({
        title,
        detail: peopleTexts.removePolicyDetail,
        yes: peopleTexts.removePolicy,
      })
      if (yes) await iam(`Delete${holder}Policy`, { ...who, PolicyName: policy })
    })
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  return (
    <>
      {value?.length === 0 && <p class="dim">{peopleTexts.noInline}</p>}
      {value?.map((policy) => (
        <PolicyForm
          key={policy.name}
          policy={policy}
          isBusy={isBusy}
          onPut={put}
          onRemove={remove}
          preview={(after) => inlineChange({ holder, name }, policy, after)}
        />
      ))}
      <PolicyForm
        key={`${value?.length} more`}
        policy={{ name: '', document: peopleTexts.policyStart }}
        isBusy={isBusy}
        onPut={put}
        preview={(after) => inlineChange({ holder, name }, undefined, after)}
      />
    </>
  )
}

interface Inline {
  readonly name: string
  readonly document: string
}

async function policyOf(
  action: string,
  who: Readonly<Record<string, string>>,
  name: string,
): Promise<Inline> {
  const result = await iam(action, { ...who, PolicyName: name })
  return { name, document: policyText(xmlText(result, 'PolicyDocument')) }
}

async function inlineChange(
  { holder, name }: PoliciesProps,
  before: Inline | undefined,
  { name: PolicyName, document: PolicyDocument }: Inline,
): Promise<Previewed> {
  const input = { [`${holder}Name`]: name, PolicyName, PolicyDocument }
  const principals = holder === 'Group' ? await membersOf(name) : [`${holder.toLowerCase()}/${name}`]
  return {
    changes: [{ operation: `Put${holder}Policy`, input }],
    principals,
    resources: await ownResources([before?.document ?? '', PolicyDocument]),
  }
}

interface PolicyFormProps {
  readonly policy: Inline
  readonly isBusy: boolean
  readonly onPut: (policy: Inline) => void
  /** Absent for one that is yet to be. */
  readonly onRemove?: (name: string) => void
  readonly preview: (after: Inline) => Promise<Previewed>
}

function PolicyForm({ policy, isBusy, onPut, onRemove, preview }: PolicyFormProps) {
  const [name, setName] = useState(policy.name)
  const [document, setDocument] = useState(policy.document)
  return (
    <details class="section">
      <summary>{onRemove ? policy.name : peopleTexts.addInline}</summary>
      {!onRemove && <Field label={peopleTexts.policyName} value={name} onValue={setName} />}
      <PolicyField
        label={peopleTexts.document}
        kind="identity"
        value={document}
        onValue={setDocument}
        {...(onRemove && { before: policy.document })}
      />
      {name !== '' && document !== policy.document && jsonProblem(document) === undefined && (
        <ChangePreview of={document} change={() => preview({ name, document })} />
      )}
      <div class="setting-buttons">
        <button
          type="button"
          class="primary"
          disabled={isBusy || name === '' || jsonProblem(document) !== undefined}
          onClick={() => onPut({ name, document })}
        >
          {peopleTexts.putPolicy}
        </button>
        {onRemove && (
          <button type="button" class="danger-quiet" disabled={isBusy} onClick={() => onRemove(policy.name)}>
            {peopleTexts.removePolicy}
          </button>
        )}
      </div>
    </details>
  )
}
