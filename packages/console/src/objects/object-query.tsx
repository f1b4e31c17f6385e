import { useId, useState } from 'preact/hooks'
import type { ObjectName } from '../api/object-details.ts'
import { type QueryFormat, type Selected, type SelectedRecord, selectRecords } from '../api/select.ts'
import { Choice } from '../shared/choice.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { Check } from '../shared/field.tsx'
import { queryTexts } from '../texts/query.ts'
import { PreviewTable } from './preview-table.tsx'

const MOST_RECORDS = 200

interface ObjectQueryProps {
  readonly name: ObjectName
  /** As the object's name has it. */
  readonly guessed: QueryFormat
}

/** Asks an object for records, as a look at what is in it. */
export function ObjectQuery({ name, guessed }: ObjectQueryProps) {
  const id = useId()
  const [expression, setExpression] = useState('SELECT * FROM S3Object s LIMIT 100')
  const [format, setFormat] = useState(guessed)
  const [isBusy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<{ readonly selected?: Selected; readonly error?: unknown }>({})
  const run = async (): Promise<void> => {
    setBusy(true)
    try {
      setAnswer({ selected: await selectRecords(name, { expression, format, most: MOST_RECORDS }) })
    } catch (error) {
      setAnswer({ error })
    }
    setBusy(false)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void run()
      }}
    >
      <div class="field">
        <label for={id}>{queryTexts.expression}</label>
        <textarea
          id={id}
          rows={3}
          spellcheck={false}
          value={expression}
          aria-describedby={`${id}-hint`}
          onInput={(event) => setExpression(event.currentTarget.value)}
        />
        <p class="hint" id={`${id}-hint`}>
          {queryTexts.hint}
        </p>
      </div>
      <Choice
        label={queryTexts.format}
        value={format.kind}
        options={queryTexts.formats}
        onValue={(kind) => setFormat({ ...format, kind })}
      />
      {(format.kind === 'csv' || format.kind === 'tsv') && (
        <Check
          label={queryTexts.hasNames}
          checked={format.hasNames}
          onChecked={(hasNames) => setFormat({ ...format, hasNames })}
        />
      )}
      <button type="submit" class="primary" disabled={isBusy}>
        {queryTexts.run}
      </button>
      {answer.error !== undefined && <ErrorNote error={answer.error} />}
      {answer.selected && <Records selected={answer.selected} />}
    </form>
  )
}

function Records({ selected: { records, isCut } }: { readonly selected: Selected }) {
  if (records.length === 0) return <p class="dim">{queryTexts.none}</p>
  const names = columnsOf(records)
  return (
    <>
      <PreviewTable
        label={queryTexts.results}
        head={names}
        rows={records.map((record) => names.map((column) => record.get(column)))}
      />
      {isCut && <p class="hint">{queryTexts.cut(MOST_RECORDS)}</p>}
    </>
  )
}

/** Records of JSON need not have the same. */
function columnsOf(records: readonly SelectedRecord[]): string[] {
  return [...new Set(records.flatMap((record) => [...record.keys()]))]
}
