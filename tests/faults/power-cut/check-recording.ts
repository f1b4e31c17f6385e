import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Dice } from '../../simulator/dice.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import type { Holding } from '../mixed-load.ts'
import { anyImage, describeImage, worstImage, writeImage } from './disk-image.ts'
import type { ImageChecker } from './image-checker.ts'
import { type LeftOut, RecordedDisk } from './recorded-disk.ts'
import type { Recording } from './recording.ts'

/** What a test marks: a change of a key, or that the bucket is there. */
export type Mark =
  | { readonly what: 'bucket'; readonly bucket: string }
  | { readonly what: 'attempted' | 'acknowledged'; readonly key: string; readonly holding: Holding }

export interface CheckOptions {
  readonly recording: Recording
  readonly checker: ImageChecker
  readonly seed: string
  readonly images: number
  /** The number of the only image to look at. */
  readonly only?: number
  readonly leftOut?: LeftOut
  /** Just after the last marks alone, on a disk that dropped all that was not flushed: what a missing flush surely shows in. */
  readonly isWorst?: boolean
  /** Stops at so many images that something is wrong with. Default: 3. */
  readonly mostProblems?: number
}

export interface ImageProblem {
  readonly image: number
  /** How many records of the recording had come to be. */
  readonly at: number
  readonly how: string
  readonly problems: readonly string[]
}

const THOROUGH_EACH = 5

/** Makes images of a recording, and opens each; what is wrong with which. */
export async function checkRecording(options: CheckOptions): Promise<ImageProblem[]> {
  const { recording, checker, seed, only, leftOut, isWorst, mostProblems = 3 } = options
  await using temporary = await temporaryDirectory()
  const disk = new RecordedDisk(recording, leftOut)
  const promised = new Promised(recording)
  const found: ImageProblem[] = []
  for (const [image, at] of cutsOf(options).entries()) {
    disk.advance(at)
    promised.advance(at)
    if (only !== undefined && only !== image) continue
    const dice = new Dice(`${seed}/${image}`)
    const how = isWorst ? worstImage(dice) : anyImage(dice)
    const path = join(temporary.path, String(image))
    await mkdir(path)
    await writeImage(disk.root, path, how)
    const isThorough = image % THOROUGH_EACH === 0
    const task = { dataDirectory: join(path, 'data'), isThorough, ...promised.asTask() }
    const problems = await checker.check(task)
    if (problems.length > 0) found.push({ image, at, how: describeImage(how), problems })
    await rm(path, { recursive: true })
    if (found.length >= mostProblems) break
  }
  return found
}

/** Moments, in order: just before and after flushes, just after marks, and any. */
function cutsOf({ recording, seed, images, isWorst }: CheckOptions): number[] {
  const dice = new Dice(`${seed}/cuts`)
  const hasReturned = recording.calls.filter(({ end }) => end !== Infinity)
  const flushes = hasReturned.filter(({ kind, isAtOnce }) => kind === 'sync' || isAtOnce)
  const marks = hasReturned.filter(({ kind }) => kind === 'mark')
  if (isWorst) return marks.slice(-images).map(({ begin }) => begin + 1)
  const cuts: Readonly<Record<string, () => number>> = {
    beforeFlush: () => dice.pick(flushes).end,
    afterFlush: () => dice.pick(flushes).end + 1,
    afterMark: () => dice.pick(marks).begin + 1,
    any: () => dice.between(0, recording.length),
  }
  const weights = { beforeFlush: 1, afterFlush: 1, afterMark: 2, any: 2 }
  return Array.from({ length: images }, () => cuts[dice.weighted(weights)]?.() ?? 0).sort((a, b) => a - b)
}

/** What had been promised at a moment. */
class Promised {
  readonly #marks: readonly { readonly at: number; readonly mark: Mark }[]
  readonly #keys = new Map<string, readonly Holding[]>()
  #bucket: string | undefined
  #next = 0

  constructor({ calls }: Recording) {
    this.#marks = calls
      .filter(({ kind }) => kind === 'mark')
      .map(({ begin, path }) => ({ at: begin, mark: JSON.parse(path) as Mark }))
  }

  advance(to: number): void {
    for (let next = this.#marks[this.#next]; next && next.at < to; next = this.#marks[++this.#next])
      this.#take(next.mark)
  }

  asTask(): { bucket: string; isBucketPromised: boolean; promises: [string, readonly Holding[]][] } {
    const { bucket } = this.#marks.map(({ mark }) => mark).find((mark) => mark.what === 'bucket') ?? {
      bucket: 'none',
    }
    return { bucket, isBucketPromised: this.#bucket !== undefined, promises: [...this.#keys] }
  }

  #take(mark: Mark): void {
    if (mark.what === 'bucket') this.#bucket = mark.bucket
    else if (mark.what === 'acknowledged') this.#keys.set(mark.key, [mark.holding])
    else this.#keys.set(mark.key, [...(this.#keys.get(mark.key) ?? ['absent']), mark.holding])
  }
}
