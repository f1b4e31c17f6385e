import { randomInt } from 'node:crypto'
import { copyFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Dice } from '../../simulator/dice.ts'
import { createBucket } from '../../support/buckets.ts'
import { requireCommand, skip } from '../../support/require-command.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { isLarge } from '../../support/sizes.ts'
import { LITTLE, MixedLoad } from '../mixed-load.ts'
import { checkRecording, type ImageProblem, type Mark } from './check-recording.ts'
import { compareWithFolder } from './compare-with-folder.ts'
import { ImageChecker } from './image-checker.ts'
import type { LeftOut } from './recorded-disk.ts'
import { openRecorder, type Recorder, readRecording, type Recording } from './recording.ts'

const BUCKET = 'power'
const CHANGES = isLarge ? 250 : 40
const IMAGES = isLarge ? 400 : 12
/** Too much to stand in a row. */
const BLOB_BYTES = 100 * 1024
/** So much goes past the system's cache. */
const LARGE_BLOB_BYTES = 2.5 * 1024 * 1024
const seed = String(randomInt(2 ** 31))

interface Way {
  readonly name: string
  readonly workers: number
  /** One worker is killed amid it. */
  readonly kills: boolean
}

const WAYS: readonly Way[] = [
  { name: 'two workers, of which one is killed', workers: 2, kills: true },
  { name: 'one process', workers: 1, kills: false },
  { name: 'two workers', workers: 2, kills: false },
]

async function record(recorder: Recorder, { workers, kills }: Way): Promise<Recording> {
  const dieAt = kills ? new Dice(seed).between(1, 40) : undefined
  {
    await using server = await startServerProcess({
      dataDirectory: join(recorder.folder, 'data'),
      environment: recorder.environment(dieAt),
      ...(workers > 1 && { arguments: ['--workers', String(workers)] }),
    })
    const mark = (line: Mark): void => recorder.mark(JSON.stringify(line))
    await createBucket(server, BUCKET)
    mark({ what: 'bucket', bucket: BUCKET })
    await recorder.arm()
    const enough = new AbortController()
    const load: MixedLoad = new MixedLoad(() => server, BUCKET, 4, 3, {
      sizes: LITTLE,
      journal(what, key, holding) {
        mark({ what, key, holding })
        if (what === 'acknowledged' && load.acknowledgedCount >= CHANGES) enough.abort()
      },
    })
    void server.ended.then(() => enough.abort())
    while (!enough.signal.aborted) await load.run(enough.signal)
    expect(load.acknowledgedCount).toBeGreaterThanOrEqual(CHANGES)
    await load.putOne(BLOB_BYTES)
    await load.putOne(LARGE_BLOB_BYTES)
    await server.end('SIGTERM')
  }
  expect(existsSync(`${recorder.log}.died`)).toBe(kills)
  return readRecording(recorder.log)
}

/** Of a recording that something is wrong with the log stays, so that the image can be made again. */
async function expectNoProblem(problems: readonly ImageProblem[], recorder: Recorder): Promise<void> {
  if (problems.length > 0) {
    const kept = join(tmpdir(), `holdfast-power-cut-${seed}.log`)
    await copyFile(recorder.log, kept)
    process.stderr.write(`node tests/faults/power-cut ${kept} --seed ${seed} --images ${IMAGES}\n`)
  }
  expect({ seed, problems }).toEqual({ seed, problems: [] })
}

/** Flushes of which each is needed: what of the folder they are of, and whether of bytes, names or by `O_DSYNC`. */
const NEEDED: readonly { readonly name: string; readonly flush: RegExp }[] = [
  { name: 'a blob’s folder', flush: /^sync .*\/blobs\/[0-9a-f]{2}$/ },
  { name: 'a blob', flush: /^sync .*\/blobs\/tmp\// },
  { name: 'LMDB’s pages', flush: /^sync .*\/data\.mdb$/ },
  { name: 'LMDB’s meta pages', flush: /^write .*\/data\.mdb$/ },
  { name: 'the folder of metadata', flush: /^sync .*\/metadata$/ },
  { name: 'the folder of blobs', flush: /^sync .*\/blobs$/ },
  { name: 'the data folder', flush: /^sync .*\/data$/ },
  { name: 'root keys', flush: /^sync .*\/root-keys/ },
]

describe('power cuts', { timeout: 900_000 }, () => {
  it.for(isLarge ? WAYS : WAYS.slice(0, 1))(
    'lose nothing that was acknowledged: $name',
    async (way, context) => {
      if (process.platform !== 'linux') skip(context, 'preloads a library as Linux does')
      await requireCommand(context, 'cc')
      await using recorder = await openRecorder()
      await using checker = new ImageChecker()
      const recording = await record(recorder, way)
      expect(await compareWithFolder(recording)).toEqual([])
      await expectNoProblem(await checkRecording({ recording, checker, seed, images: IMAGES }), recorder)
      const needed = isLarge ? NEEDED : NEEDED.slice(0, 1)
      const found: string[] = []
      for (const { name, flush } of needed) {
        const leftOut: LeftOut = (path, { kind }) => flush.test(`${kind} ${path}`)
        const worst = { recording, checker, seed, images: 30, isWorst: true, leftOut, mostProblems: 1 }
        const problems = await checkRecording(worst)
        if (problems.length > 0) found.push(name)
      }
      expect({ seed, found }).toEqual({ seed, found: needed.map(({ name }) => name) })
    },
  )
})
