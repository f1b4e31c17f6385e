import { anonymousCaller } from '../access/caller.ts'
import type { Principal } from '../access/principal.ts'
import { type Soon, soon } from '../base/soon.ts'
import { GateFull } from '../limits/fair-gate.ts'
import { S3Error } from '../model/s3-error.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { type Limits, partyName, type Party } from './party.ts'

/** What limits mean for one request. */
export class Admission {
  readonly #all: Limits
  readonly #remoteAddress: string | undefined
  /** Whose place at the gate it holds. */
  #place: string | undefined
  #user: Party | undefined
  #account: Party | undefined
  #isIn = false
  #held = 0

  constructor(all: Limits, remoteAddress: string | undefined) {
    this.#all = all
    this.#remoteAddress = remoteAddress
  }

  /** Whether its bytes are being held back: then it is no fault of the client's that none come or go. */
  get isHolding(): boolean {
    return this.#held > 0
  }

  /** Done when the request may go on: at once, or when its party's turn has come. Throws SlowDown. Counts once. */
  enter(principal: Principal): Soon<void> {
    if (this.#isIn) return undefined
    this.#isIn = true
    const user = (this.#user = this.#all.userOf(principal))
    const account = (this.#account = this.#all.accountOf(principal, this.#remoteAddress))
    const name = partyName(principal)
    return soon(this.#pay(user, name), () => soon(this.#pay(account, name), () => this.#passGate(name)))
  }

  /** What a request is refused with: who was refused before it was known who asks is limited as a stranger. */
  async asStranger(error: unknown): Promise<unknown> {
    try {
      await this.enter(anonymousCaller.principal)
      return error
    } catch (slowDown) {
      return slowDown
    }
  }

  /** The request has been answered. */
  leave(): void {
    if (this.#place !== undefined) this.#all.leaveLater(this.#place)
    this.#place = undefined
  }

  /** Resolves when so many bytes of a body may pass; `undefined` where they may at once. */
  pass(bytes: number): Promise<void> | undefined {
    const passing = soon(this.#user?.bytes?.pass(bytes), () => this.#account?.bytes?.pass(bytes))
    if (!passing) return undefined
    this.#held++
    return passing.finally(() => this.#held--)
  }

  /** Holds back the body of an answer: a stream as it goes out, else until the promise resolves. */
  holdBack(encoded: EncodedResponse): Promise<void> | undefined {
    const { body } = encoded
    if (body === undefined || (!this.#user?.bytes && !this.#account?.bytes)) return undefined
    if (typeof body === 'string' || body instanceof Uint8Array) return this.pass(Buffer.byteLength(body))
    encoded.body = this.#heldBack(body)
    return undefined
  }

  async *#heldBack(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        const piece = chunk.subarray(at, at + PIECE_BYTES)
        await this.pass(piece.length)
        yield piece
      }
    }
  }

  #pay({ requests }: Party, name: string): Soon<void> {
    if (!requests) return undefined
    return soon(requests.take(1), (waitMilliseconds) => {
      if (waitMilliseconds === 0) return
      this.#all.tallyOf(name).overRate++
      throw slowDown(waitMilliseconds)
    })
  }

  #passGate(name: string): Soon<void> {
    const { gate } = this.#all
    if (!gate) return undefined
    try {
      return soon(gate.enter(name, this.#all.weightOf(name)), () => void (this.#place = name))
    } catch (error) {
      if (!(error instanceof GateFull)) throw error
      this.#all.tallyOf(name).overShare++
      throw slowDown(1000)
    }
  }
}

const PIECE_BYTES = 64 * 1024

/** Source: RFC 9110, section 10.2.3: Retry-After in whole seconds. */
function slowDown(waitMilliseconds: number): S3Error {
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(waitMilliseconds / 1000))) }
  return new S3Error('SlowDown', {}, { headers })
}
