import { linkTo } from '../shared/route.ts'
import { peopleTexts } from '../texts/people.ts'
import { GroupPage } from './group-page.tsx'
import { type Kind, KINDS } from './kinds.ts'
import { PeopleList } from './people-list.tsx'
import { PolicyPage } from './policy-page.tsx'
import { RolePage } from './role-page.tsx'
import { UserPage } from './user-page.tsx'

export interface PeopleProps {
  /** Of the address, after `people`. */
  readonly parts: readonly string[]
}

/** Users, groups, roles and policies of the account. */
export function People({ parts: [kindName, name] }: PeopleProps) {
  const kind = KINDS.find((known) => known === kindName) ?? 'users'
  return (
    <>
      <header class="view-head">
        <h1>{peopleTexts.title}</h1>
      </header>
      <nav class="tabs" aria-label={peopleTexts.list}>
        {KINDS.map((known) => (
          <a key={known} href={linkTo(['people', known])} aria-current={known === kind ? 'page' : undefined}>
            {peopleTexts.kinds[known]}
          </a>
        ))}
      </nav>
      {name === undefined ? (
        <PeopleList key={kind} kind={kind} />
      ) : (
        <Page key={name} kind={kind} name={name} />
      )}
    </>
  )
}

function Page({ kind, name }: { readonly kind: Kind; readonly name: string }) {
  switch (kind) {
    case 'users':
      return <UserPage name={name} />
    case 'groups':
      return <GroupPage name={name} />
    case 'roles':
      return <RolePage name={name} />
    case 'policies':
      return <PolicyPage arn={name} />
  }
}
