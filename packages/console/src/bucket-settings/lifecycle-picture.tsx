import { settingTexts } from '../texts/bucket-settings.ts'
import { nodesAt, textAt, type XmlNode } from './xml-node.ts'

const { timeline } = settingTexts

interface Step {
  readonly day: number
  readonly text: string
}

/** When an object of today moves and goes, by each rule that is on. */
export function LifecyclePicture({ rules }: { readonly rules: readonly XmlNode[] }) {
  const active = rules.filter((rule) => textAt(rule, 'Status') === 'Enabled')
  if (active.length === 0) return null
  return (
    <figure class="lifecycle-picture">
      <figcaption>{settingTexts.picture}</figcaption>
      {active.map((rule, index) => (
        <ol key={index} aria-label={textAt(rule, 'ID')}>
          {stepsOf(rule).map(({ day, text }) => (
            <li key={`${day} ${text}`}>
              <strong>{timeline.day(day)}</strong>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      ))}
    </figure>
  )
}

function stepsOf(rule: XmlNode): Step[] {
  const prefix = textAt(rule, 'Filter/Prefix') || textAt(rule, 'Prefix')
  const moves = nodesAt(rule, 'Transition').map((move) => ({
    day: Number(textAt(move, 'Days')),
    text: timeline.moves(textAt(move, 'StorageClass')),
  }))
  const expiry = textAt(rule, 'Expiration/Days')
  const old = textAt(rule, 'NoncurrentVersionExpiration/NoncurrentDays')
  return [
    { day: 0, text: `${prefix}… ${timeline.today}` },
    ...moves.toSorted((a, b) => a.day - b.day),
    ...(expiry === '' ? [] : [{ day: Number(expiry), text: timeline.goes }]),
    ...(old === '' ? [] : [{ day: Number(old), text: `${timeline.becomesOld} ${timeline.oldGoes}` }]),
  ]
}
