import { S3Error } from '../../../model/s3-error.ts'
import type { Name, PathStep } from '../../sql/path.ts'
import type { InputRecord } from '../record.ts'
import { checkRecordSize, MAX_RECORD_BYTES, recordTooLong } from '../record-size.ts'
import { END, jsonError, JsonText, MAX_DEPTH, MORE_TEXT } from './json-text.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const COMMA = 0x2c
const COLON = 0x3a

/** Stands for the place in a path of what is not on it. */
const OFF_PATH = -1

/** A container that was begun. */
interface Open {
  readonly isArray: boolean
  /** The place in the path of the step from this container to what is in it. */
  readonly step: number
  hasMatched: boolean
  /** Of the elements or members that were begun. */
  count: number
}

/**
 * Walks a sequence of JSON values by a path while their text comes in, and answers what it leads to: nothing else is
 * kept, and of strings that are passed over the escapes are not looked at. The path is what stands behind
 * `S3Object[*]`; a step that leads nowhere is one MISSING. Source: S3 User Guide, "SELECT command", FROM clause.
 */
export class JsonWalk {
  readonly #path: readonly PathStep[]
  readonly #open: Open[] = []
  #records: InputRecord[] = []
  #input = new JsonText('', false)
  /** Where the token begins that is to be read again should it not be whole. */
  #start = 0
  /** In a string that is passed over. */
  #isInString = false

  constructor(path: readonly PathStep[]) {
    this.#path = path
  }

  take(text: string, isLast: boolean): readonly InputRecord[] {
    this.#input = new JsonText(this.#input.text.slice(this.#start) + text, isLast)
    this.#start = 0
    try {
      while (this.#goOn());
    } catch (error) {
      if (error !== MORE_TEXT) throw error
    }
    if (this.#input.text.length - this.#start > MAX_RECORD_BYTES) throw recordTooLong()
    const records = this.#records
    this.#records = []
    return records
  }

  /** One step, which is taken as a whole or not at all. */
  #goOn(): boolean {
    const input = this.#input
    if (this.#isInString) this.#passString(input)
    const parent = this.#open.at(-1)
    input.skipSpace()
    this.#start = input.at
    const code = input.peek()
    if (parent) this.#child(parent, code)
    else if (code === END) return false
    else this.#value(0)
    this.#start = input.at
    return true
  }

  #child(parent: Open, code: number): void {
    const input = this.#input
    if (code === (parent.isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) {
      input.at++
      this.#open.pop()
      if (parent.step !== OFF_PATH && !parent.hasMatched) this.#records.push(missing)
      return
    }
    if (parent.count > 0) input.expect(COMMA)
    const isMatch = parent.isArray ? this.#isElement(parent) : this.#isMember(parent)
    this.#value(isMatch ? parent.step + 1 : OFF_PATH)
    parent.count++
    parent.hasMatched ||= isMatch
  }

  #isElement({ step, count }: Open): boolean {
    if (step === OFF_PATH) return false
    const asked = this.#path[step]
    return asked?.kind === 'everyElement' || (asked?.kind === 'index' && asked.index === count)
  }

  /** Reads the name. */
  #isMember({ step, hasMatched }: Open): boolean {
    const input = this.#input
    if (input.peek() !== QUOTE) throw jsonError()
    const key = input.string()
    input.expect(COLON)
    if (step === OFF_PATH) return false
    const asked = this.#path[step]
    if (asked?.kind !== 'name') return asked?.kind === 'everyMember'
    if (!isNamed(key, asked.name)) return false
    if (hasMatched) throw new S3Error('AmbiguousFieldName')
    return true
  }

  /** `step` is the place in the path of the step from this value. */
  #value(step: number): void {
    const input = this.#input
    if (step === this.#path.length) {
      input.peek()
      const start = input.at
      const value = input.value(this.#open.length)
      checkRecordSize(input.text, start, input.at)
      this.#records.push({ value })
      return
    }
    const code = input.peek()
    const isOpen = code === OPEN_ARRAY || code === OPEN_OBJECT
    const leads = isOpen && this.#leadsInto(code === OPEN_ARRAY, step)
    if (isOpen) {
      if (this.#open.length >= MAX_DEPTH) throw jsonError()
      const isArray = code === OPEN_ARRAY
      this.#open.push({ isArray, step: leads ? step : OFF_PATH, hasMatched: false, count: 0 })
      input.at++
    } else if (code === QUOTE) {
      this.#isInString = true
      input.at++
    } else {
      input.scalar()
    }
    if (step !== OFF_PATH && !leads) this.#records.push(missing)
  }

  #leadsInto(isArray: boolean, step: number): boolean {
    if (step === OFF_PATH) return false
    const kind = this.#path[step]?.kind
    return isArray ? kind === 'index' || kind === 'everyElement' : kind === 'name' || kind === 'everyMember'
  }

  #passString(input: JsonText): void {
    const { text } = input
    let at = input.at
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#isInString = false
        input.at = at + 1
        return
      }
      if (code < 0x20) throw jsonError()
      if (code !== BACKSLASH) continue
      if (at + 1 >= text.length) break
      at++
    }
    this.#start = Math.min(at, text.length)
    input.at = this.#start
    input.endsWithin()
  }
}

const missing: InputRecord = { value: undefined }

function isNamed(key: string, { text, isQuoted }: Name): boolean {
  return key === text || (!isQuoted && key.toLowerCase() === text.toLowerCase())
}
