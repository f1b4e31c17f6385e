import type { Lease, Lender, Rate, RateLedger } from '../limits/rate-ledger.ts'
import type { Channel } from './sibling-questions.ts'

type Message =
  /** From a worker to the primary. */
  | {
      readonly type: 'lease-asked'
      readonly question: number
      readonly name: string
      readonly rate: Rate
      readonly wanted: number
    }
  | { readonly type: 'lease'; readonly question: number; readonly lease: Lease }

/** The primary's side: its ledger has the sum of what all workers take. */
export function lendOver(channel: Channel, ledger: RateLedger): void {
  channel.onMessage((message) => {
    if (!isMessage(message) || message.type !== 'lease-asked') return
    const lease = ledger.lease(message.name, message.rate, message.wanted)
    channel.send({ type: 'lease', question: message.question, lease } satisfies Message)
  })
}

/** The worker's side. A primary that does not answer is about to end, and its workers with it. */
export function lenderOver(channel: Channel): Lender {
  const asked = new Map<number, (lease: Lease) => void>()
  let questions = 0
  channel.onMessage((message) => {
    if (!isMessage(message) || message.type !== 'lease') return
    asked.get(message.question)?.(message.lease)
    asked.delete(message.question)
  })
  return {
    lease: (name, rate, wanted) =>
      new Promise((resolve) => {
        const question = questions++
        asked.set(question, resolve)
        channel.send({ type: 'lease-asked', question, name, rate, wanted } satisfies Message)
      }),
  }
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message && 'question' in message
}
