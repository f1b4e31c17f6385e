import { Icon } from '../shared/icon.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { go, linkTo } from '../shared/route.ts'
import { peopleTexts } from '../texts/people.ts'
import type { Kind } from './kinds.ts'

export interface PageHeadProps {
  readonly kind: Kind
  readonly name: string
  /** Deletes it with all that hangs on it. */
  readonly remove: () => Promise<void>
}

/** The name of one, and the button that deletes it. */
export function PageHead({ kind, name, remove }: PageHeadProps) {
  const run = async (): Promise<void> => {
    const title = peopleTexts.deleteQuestion(name)
    if (!(await ask({ title, detail: peopleTexts.deleteDetail, yes: peopleTexts.delete(name) })).yes) return
    await remove()
    tellDone(peopleTexts.deleted(name))
    go(linkTo(['people', kind]))
  }
  return (
    <div class="list-head">
      <h2>{name}</h2>
      <span class="spacer" />
      <button type="button" class="danger-quiet" onClick={() => void run().catch(tellFailed)}>
        <Icon name="delete" />
        {peopleTexts.delete(name)}
      </button>
    </div>
  )
}
