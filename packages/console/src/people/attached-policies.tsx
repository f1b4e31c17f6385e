import { useState } from 'preact/hooks'
import { iam, iamList } from '../api/iam.ts'
import { xmlText } from '../api/xml.ts'
import { Choice } from '../shared/choice.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { useActing } from '../shared/use-acting.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { peopleTexts } from '../texts/people.ts'
import type { Holder } from './kinds.ts'

export interface PoliciesProps {
  readonly holder: Holder
  readonly name: string
}

/** Managed policies that are attached to somebody, and those that could be. */
export function AttachedPolicies({ holder, name }: PoliciesProps) {
  const who = { [`${holder}Name`]: name }
  const { value, error, reload } = useLoaded(async () => {
    const [attached, all] = await Promise.all([
      iamList(`ListAttached${holder}Policies`, 'AttachedPolicies', who),
      iamList('ListPolicies', 'Policies'),
    ])
    return {
      attached: attached.map((policy) => named(policy, 'PolicyArn')),
      all: Object.fromEntries(all.map((policy) => named(policy, 'Arn')).map(({ arn, name }) => [arn, name])),
    }
  }, [holder, name])
  const { isBusy, act } = useActing(reload)
  const [chosen, setChosen] = useState('')
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  if (!value) return null
  // None stands there chosen: the first is the one that allows everything.
  return (
    <>
      {value.attached.length === 0 && <p class="dim">{peopleTexts.noAttached}</p>}
      <ul class="plain-list">
        {value.attached.map((policy) => (
          <li key={policy.arn}>
            <span>{policy.name}</span>
            <button
              type="button"
              class="quiet"
              disabled={isBusy}
              aria-label={`${peopleTexts.detach} ${policy.name}`}
              onClick={() => act(() => iam(`Detach${holder}Policy`, { ...who, PolicyArn: policy.arn }))}
            >
              {peopleTexts.detach}
            </button>
          </li>
        ))}
      </ul>
      <Choice
        label={peopleTexts.policy}
        value={chosen}
        options={{ '': peopleTexts.choosePolicy, ...value.all }}
        onValue={setChosen}
      />
      <button
        type="button"
        disabled={isBusy || chosen === ''}
        onClick={() =>
          act(async () => {
            await iam(`Attach${holder}Policy`, { ...who, PolicyArn: chosen })
            setChosen('')
          })
        }
      >
        {peopleTexts.attach}
      </button>
    </>
  )
}

function named(policy: Element, arn: string): { readonly arn: string; readonly name: string } {
  return { arn: xmlText(policy, arn) ?? '', name: xmlText(policy, 'PolicyName') ?? '' }
}
