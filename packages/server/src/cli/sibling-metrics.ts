import type { Clock } from '../base/clock.ts'
import type { MetricFamily, Siblings } from '../base/siblings.ts'

/** A connection between the primary and a worker. */
export interface Channel {
  send(message: object): void
  onMessage(take: (message: unknown) => void): void
}

type Families = readonly MetricFamily[]

type Message =
  /** From a worker to the primary, and from there to the others. */
  | { readonly type: 'metrics-asked'; readonly question: number }
  /** `null` from a worker that is still starting. */
  | { readonly type: 'metrics'; readonly question: number; readonly families: Families | null }
  /** From the primary to who asked; `null` for a worker that did not answer. */
  | {
      readonly type: 'metrics-of-others'
      readonly question: number
      readonly answers: [string, Families | null][]
    }

/** More than a worker takes that is at work. */
const ANSWER_MILLISECONDS = 1000

/** The worker's side: asks the others, and answers them. */
export function siblingsOver(channel: Channel, name: string): Siblings {
  const asked = new Map<number, (answers: ReadonlyMap<string, Families | undefined>) => void>()
  let questions = 0
  let answer: (() => Families) | undefined
  channel.onMessage((message) => {
    if (!isMessage(message)) return
    if (message.type === 'metrics-asked')
      channel.send({
        type: 'metrics',
        question: message.question,
        families: answer?.() ?? null,
      } satisfies Message)
    if (message.type !== 'metrics-of-others') return
    asked.get(message.question)?.(
      new Map(message.answers.map(([of, families]) => [of, families ?? undefined])),
    )
    asked.delete(message.question)
  })
  return {
    name,
    ask: () =>
      new Promise((resolve) => {
        const question = questions++
        asked.set(question, resolve)
        channel.send({ type: 'metrics-asked', question } satisfies Message)
      }),
    answerWith(families) {
      answer = families
    },
  }
}

/** The primary's side: hands on what one worker wants to know of the others. */
export class MetricsExchange {
  readonly #clock: Clock
  readonly #channels = new Map<string, Channel>()
  readonly #waiting = new Map<number, (families: Families | null) => void>()
  #questions = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  join(name: string, channel: Channel): void {
    this.#channels.set(name, channel)
    channel.onMessage((message) => {
      if (!isMessage(message)) return
      if (message.type === 'metrics') this.#waiting.get(message.question)?.(message.families)
      if (message.type === 'metrics-asked') void this.#askOthers(name, message.question)
    })
  }

  leave(name: string): void {
    this.#channels.delete(name)
  }

  async #askOthers(asker: string, question: number): Promise<void> {
    const others = [...this.#channels].filter(([name]) => name !== asker)
    const answers = await Promise.all(
      others.map(async ([name, channel]): Promise<[string, Families | null]> => [
        name,
        await this.#ask(channel),
      ]),
    )
    this.#channels.get(asker)?.send({ type: 'metrics-of-others', question, answers } satisfies Message)
  }

  async #ask(channel: Channel): Promise<Families | null> {
    const question = this.#questions++
    const ended = new AbortController()
    const answered = new Promise<Families | null>((resolve) => this.#waiting.set(question, resolve))
    channel.send({ type: 'metrics-asked', question } satisfies Message)
    const late = this.#clock.sleep(ANSWER_MILLISECONDS, ended.signal).then(
      () => null,
      () => null,
    )
    const families = await Promise.race([answered, late])
    this.#waiting.delete(question)
    ended.abort()
    return families
  }
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message && 'question' in message
}
