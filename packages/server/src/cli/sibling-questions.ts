import type { Clock } from '../base/clock.ts'
import { valueWithin } from '../base/ends-within.ts'
import type { SiblingAnswers, Siblings } from '../base/siblings.ts'

/** A connection between the primary and a worker. */
export interface Channel {
  send(message: object): void
  onMessage(take: (message: unknown) => void): void
}

interface Asked {
  readonly kind: keyof SiblingAnswers
  readonly question: readonly string[]
}

type Message =
  /** From a worker to the primary, and from there to the others. */
  | { readonly type: 'asked'; readonly number: number; readonly asked: Asked }
  /** No `answer` from a worker that is still starting. */
  | { readonly type: 'answered'; readonly number: number; readonly answer?: unknown }
  /** From the primary to who asked; no answer of a worker that gave none. */
  | {
      readonly type: 'answered-by-others'
      readonly number: number
      readonly answers: (readonly [name: string, answer?: unknown])[]
    }

type Answers<Kind extends keyof SiblingAnswers> = ReadonlyMap<
  string,
  ReturnType<SiblingAnswers[Kind]> | undefined
>

/** More than a worker takes that is at work. */
const ANSWER_MILLISECONDS = 1000

/** The worker's side: asks the others, and answers them. */
export function siblingsOver(channel: Channel, name: string): Siblings {
  const waiting = new Map<number, (answers: ReadonlyMap<string, unknown>) => void>()
  let questions = 0
  let own: SiblingAnswers | undefined
  channel.onMessage((message) => {
    if (!isMessage(message)) return
    const { number } = message
    if (message.type === 'asked')
      channel.send({
        type: 'answered',
        number,
        answer: own && answerTo(own, message.asked),
      } satisfies Message)
    if (message.type !== 'answered-by-others') return
    waiting.get(number)?.(new Map(message.answers.map(([of, answer]) => [of, answer ?? undefined])))
    waiting.delete(number)
  })
  return {
    name,
    ask: <Kind extends keyof SiblingAnswers>(kind: Kind, ...question: Parameters<SiblingAnswers[Kind]>) =>
      new Promise<Answers<Kind>>((resolve) => {
        const number = questions++
        // The others run the same program.
        waiting.set(number, (answers) => resolve(answers as Answers<Kind>))
        channel.send({ type: 'asked', number, asked: { kind, question } } satisfies Message)
      }),
    answerWith(answers) {
      own = answers
    },
  }
}

function answerTo(own: SiblingAnswers, { kind, question: [requestId = ''] }: Asked): unknown {
  return kind === 'metrics' ? own.metrics() : own.denial(requestId)
}

/** The primary's side: hands on what one worker wants to know of the others. */
export class SiblingQuestions {
  readonly #clock: Clock
  readonly #channels = new Map<string, Channel>()
  readonly #waiting = new Map<number, (answer: unknown) => void>()
  #questions = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  join(name: string, channel: Channel): void {
    this.#channels.set(name, channel)
    channel.onMessage((message) => {
      if (!isMessage(message)) return
      if (message.type === 'answered') this.#waiting.get(message.number)?.(message.answer)
      if (message.type === 'asked') void this.#askOthers(name, message.number, message.asked)
    })
  }

  leave(name: string): void {
    this.#channels.delete(name)
  }

  async #askOthers(asker: string, number: number, asked: Asked): Promise<void> {
    const others = [...this.#channels].filter(([name]) => name !== asker)
    const answers = await Promise.all(
      others.map(async ([name, channel]) => [name, await this.#ask(channel, asked)] as const),
    )
    this.#channels.get(asker)?.send({ type: 'answered-by-others', number, answers } satisfies Message)
  }

  async #ask(channel: Channel, asked: Asked): Promise<unknown> {
    const number = this.#questions++
    const answered = new Promise<unknown>((resolve) => this.#waiting.set(number, resolve))
    channel.send({ type: 'asked', number, asked } satisfies Message)
    const answer = await valueWithin(ANSWER_MILLISECONDS, this.#clock, answered, undefined)
    this.#waiting.delete(number)
    return answer
  }
}

const TYPES = new Set<unknown>(['asked', 'answered', 'answered-by-others'])

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message && TYPES.has(message.type)
}
