import { useState } from 'preact/hooks'
import { iamList } from '../api/iam.ts'
import { xmlText } from '../api/xml.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { timeText } from '../shared/formats.ts'
import { Icon } from '../shared/icon.tsx'
import { TableFrame } from '../shared/table-frame.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { linkTo } from '../shared/route.ts'
import { commonTexts } from '../texts/common.ts'
import { peopleTexts } from '../texts/people.ts'
import { CreateDialog } from './create-dialog.tsx'
import type { Kind } from './kinds.ts'

interface Item {
  /** By which it is found again. */
  readonly id: string
  readonly name: string
  readonly created: Date
  readonly lastSignIn: string | undefined
}

const LISTS: Readonly<
  Record<Kind, { readonly action: string; readonly list: string; readonly name: string }>
> = {
  users: { action: 'ListUsers', list: 'Users', name: 'UserName' },
  groups: { action: 'ListGroups', list: 'Groups', name: 'GroupName' },
  roles: { action: 'ListRoles', list: 'Roles', name: 'RoleName' },
  policies: { action: 'ListPolicies', list: 'Policies', name: 'PolicyName' },
}

/** All of a kind, with one to make. */
export function PeopleList({ kind }: { readonly kind: Kind }) {
  const { value: items, error, reload } = useLoaded(() => listOf(kind), [kind])
  const [isCreating, setCreating] = useState(false)
  return (
    <>
      <div class="list-head">
        <button type="button" class="primary" onClick={() => setCreating(true)}>
          <Icon name="plus" />
          {peopleTexts.create[kind]}
        </button>
      </div>
      {error !== undefined && <ErrorNote error={error} again={reload} />}
      {!items && error === undefined && <p class="empty">{commonTexts.loading}</p>}
      {items?.length === 0 && <p class="empty">{peopleTexts.none[kind]}</p>}
      {items && items.length > 0 && <ItemTable kind={kind} items={items} />}
      {isCreating && <CreateDialog kind={kind} onClose={() => setCreating(false)} />}
    </>
  )
}

async function listOf(kind: Kind): Promise<Item[]> {
  const { action, list, name } = LISTS[kind]
  const members = await iamList(action, list, kind === 'policies' ? { Scope: 'Local' } : {})
  return members.map((member) => ({
    id: xmlText(member, kind === 'policies' ? 'Arn' : name) ?? '',
    name: xmlText(member, name) ?? '',
    created: new Date(xmlText(member, 'CreateDate') ?? ''),
    lastSignIn: xmlText(member, 'PasswordLastUsed'),
  }))
}

function ItemTable({ kind, items }: { readonly kind: Kind; readonly items: readonly Item[] }) {
  return (
    <TableFrame label={peopleTexts.kinds[kind]}>
      <thead>
        <tr>
          <th scope="col">{peopleTexts.name}</th>
          <th scope="col">{peopleTexts.created}</th>
          {kind === 'users' && <th scope="col">{peopleTexts.lastSignIn}</th>}
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, name, created, lastSignIn }) => (
          <tr key={id}>
            <td>
              <a class="entry" href={linkTo(['people', kind, id])}>
                {name}
              </a>
            </td>
            <td class="dim">{timeText(created)}</td>
            {kind === 'users' && (
              <td class="dim">
                {lastSignIn === undefined ? peopleTexts.never : timeText(new Date(lastSignIn))}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </TableFrame>
  )
}
