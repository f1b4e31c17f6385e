import { useState } from 'preact/hooks'
import { askServer, explain, type Explanation } from '../api/administration.ts'
import { signedIn } from '../api/session.ts'
import { bucketKind } from '../api/bucket-kind.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { accessTexts } from '../texts/access.ts'
import { route } from '../shared/route.ts'
import { ASKED_ACTIONS, type AskedAction } from './asked-actions.ts'
import { type Asked, bucketHolder } from './preview-questions.ts'

/** What somebody may do, and why; and why somebody might not. */
export function Access() {
  return (
    <>
      <header class="view-head">
        <h1>{accessTexts.title}</h1>
      </header>
      <p class="dim">{accessTexts.about}</p>
      <div class="setting">
        <ExplainForm />
        <DenialForm />
      </div>
    </>
  )
}

interface Answer extends Explanation {
  /** What is done. */
  readonly called: string
}

/** Of a directory bucket policies know no objects: whoever may read one may read all. */
function askedOf(bucket: string, key: string): Asked {
  const { arn, objects, kind } = bucketHolder(bucket, signedIn())
  return key === '' || objects === undefined
    ? { kind, resource: arn }
    : { kind: 'object', resource: objects + key }
}

function ExplainForm() {
  const { query } = route.value
  const [principal, setPrincipal] = useState('anonymous')
  const [bucket, setBucket] = useState(query['bucket'] ?? '')
  const [key, setKey] = useState(query['key'] ?? '')
  const [answers, setAnswers] = useState<readonly Answer[]>([])
  const [error, setError] = useState<unknown>()
  const askAll = async (): Promise<void> => {
    const { kind, resource } = askedOf(bucket, key)
    const answer = async ({ text: called, ...asked }: AskedAction): Promise<Answer> => ({
      called,
      ...(await explain({ principal: principal.trim(), resource, ...asked })),
    })
    setAnswers(await Promise.all(ASKED_ACTIONS[kind].map(answer)))
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    setError(undefined)
    setAnswers([])
    askAll().catch(setError)
  }
  return (
    <form class="setting-place" onSubmit={submit}>
      <Field
        label={accessTexts.who}
        hint={accessTexts.whoHint}
        value={principal}
        onValue={setPrincipal}
        input={{ required: true }}
      />
      <Field label={accessTexts.bucket} value={bucket} onValue={setBucket} input={{ required: true }} />
      <Field
        label={accessTexts.key}
        hint={bucketKind(bucket).hasObjectArns ? undefined : accessTexts.allObjects}
        value={key}
        onValue={setKey}
      />
      <button type="submit" class="primary">
        {accessTexts.ask}
      </button>
      {error !== undefined && <ErrorNote error={error} />}
      <ul class="explanations">
        {answers.map((answer) => (
          <li key={answer.called}>
            <details>
              <summary>
                <span class={answer.allowed ? 'yes' : 'no'}>
                  {answer.allowed ? accessTexts.may : accessTexts.mayNot}
                </span>{' '}
                {answer.called} <span class="dim">{answer.action}</span>
              </summary>
              <pre>{answer.text}</pre>
            </details>
          </li>
        ))}
      </ul>
    </form>
  )
}

interface Denial {
  readonly time: string
  readonly code: string
  readonly operation?: string
  readonly principal?: string
  readonly bucket?: string
  readonly key?: string
  readonly reasons?: readonly string[]
}

function DenialForm() {
  const [requestId, setRequestId] = useState('')
  const [denial, setDenial] = useState<Denial | undefined>()
  const [error, setError] = useState<unknown>()
  const look = async (): Promise<void> => {
    const query = { requestId: requestId.trim() }
    setDenial((await askServer<{ denial: Denial }>('denials', query)).denial)
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    setError(undefined)
    setDenial(undefined)
    look().catch(setError)
  }
  return (
    <form class="setting-place" onSubmit={submit}>
      <h2>{accessTexts.why}</h2>
      <Field
        label={accessTexts.requestId}
        hint={accessTexts.whyAbout}
        value={requestId}
        onValue={setRequestId}
        input={{ required: true }}
      />
      <button type="submit" class="primary">
        {accessTexts.look}
      </button>
      {error !== undefined && <ErrorNote error={error} />}
      {denial && <DenialNote denial={denial} />}
    </form>
  )
}

function DenialNote({ denial }: { readonly denial: Denial }) {
  const { operation = '', principal = 'anonymous', bucket = '', key, reasons = [], code } = denial
  const where = key === undefined ? bucket : `${bucket}/${key}`
  return (
    <div class="explanations">
      <p>
        {accessTexts.denied(operation, principal, where)} <span class="dim">{code}</span>
      </p>
      <pre>{reasons.join('\n')}</pre>
    </div>
  )
}
