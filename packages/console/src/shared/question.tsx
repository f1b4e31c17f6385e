import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { commonTexts } from '../texts/common.ts'
import { Dialog } from './dialog.tsx'

export interface Question {
  readonly title: string
  readonly detail: string
  /** What is done on yes. */
  readonly yes: string
  readonly no?: string
  /** Asked along: whether the answer is for all that follow. */
  readonly forAll?: string
}

export interface Answer {
  readonly yes: boolean
  readonly forAll: boolean
}

interface Asked extends Question {
  readonly answer: (answer: Answer) => void
}

const asked = signal<readonly Asked[]>([])

/** Asks before something is lost. Closing the question is a no. */
export function ask(question: Question): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const entry: Asked = {
    ...question,
    answer: (answer) => {
      asked.value = asked.value.filter((other) => other !== entry)
      resolve(answer)
    },
  }
  asked.value = [...asked.value, entry]
  return promise
}

/** One question at a time. */
export function Questions() {
  const [first] = asked.value
  return first ? <QuestionDialog key={first.title} question={first} /> : null
}

function QuestionDialog({ question }: { readonly question: Asked }) {
  const [forAll, setForAll] = useState(false)
  const close = (yes: boolean): void => question.answer({ yes, forAll })
  return (
    <Dialog title={question.title} onClose={() => close(false)}>
      <p>{question.detail}</p>
      {question.forAll !== undefined && (
        <label class="check">
          <input type="checkbox" checked={forAll} onChange={() => setForAll(!forAll)} />
          {question.forAll}
        </label>
      )}
      <footer>
        <button type="button" onClick={() => close(false)}>
          {question.no ?? commonTexts.cancel}
        </button>
        <button type="button" class="danger" onClick={() => close(true)}>
          {question.yes}
        </button>
      </footer>
    </Dialog>
  )
}
