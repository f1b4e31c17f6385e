import { useState } from 'preact/hooks'
import { iam, iamList } from '../api/iam.ts'
import { xmlText } from '../api/xml.ts'
import { Choice } from '../shared/choice.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { useActing } from '../shared/use-acting.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { linkTo } from '../shared/route.ts'
import { peopleTexts } from '../texts/people.ts'

/** The groups of a user (`of` is UserName), or the users of a group (`of` is GroupName). */
export interface MembersProps {
  readonly of: 'UserName' | 'GroupName'
  readonly name: string
}

const LISTS = {
  UserName: {
    action: 'ListGroupsForUser',
    list: 'Groups',
    all: 'ListGroups',
    other: 'GroupName',
    kind: 'groups',
  },
  GroupName: { action: 'GetGroup', list: 'Users', all: 'ListUsers', other: 'UserName', kind: 'users' },
} as const

/** Who belongs to what, from either side. */
export function Members({ of, name }: MembersProps) {
  const { action, list, all, other, kind } = LISTS[of]
  const namesOf = (members: readonly Element[]): string[] =>
    members.map((member) => xmlText(member, other) ?? '')
  const { value, error, reload } = useLoaded(
    async () => ({
      members: namesOf(await iamList(action, list, { [of]: name })),
      all: namesOf(await iamList(all, list)),
    }),
    [of, name],
  )
  const { isBusy, act } = useActing(reload)
  const [chosen, setChosen] = useState('')
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  if (!value) return null
  const free = value.all.filter((one) => !value.members.includes(one))
  const one = free.includes(chosen) ? chosen : (free[0] ?? '')
  return (
    <>
      {value.members.length === 0 && <p class="dim">{peopleTexts.noMembers}</p>}
      <ul class="plain-list">
        {value.members.map((member) => (
          <li key={member}>
            <a href={linkTo(['people', kind, member])}>{member}</a>
            <button
              type="button"
              class="quiet"
              disabled={isBusy}
              aria-label={`${peopleTexts.leave} ${member}`}
              onClick={() => act(() => iam('RemoveUserFromGroup', { [of]: name, [other]: member }))}
            >
              {peopleTexts.leave}
            </button>
          </li>
        ))}
      </ul>
      {one !== '' && (
        <>
          <Choice
            label={of === 'UserName' ? peopleTexts.group : peopleTexts.user}
            value={one}
            options={Object.fromEntries(free.map((name) => [name, name]))}
            onValue={setChosen}
          />
          <button
            type="button"
            disabled={isBusy}
            onClick={() => act(() => iam('AddUserToGroup', { [of]: name, [other]: one }))}
          >
            {peopleTexts.join}
          </button>
        </>
      )}
    </>
  )
}
