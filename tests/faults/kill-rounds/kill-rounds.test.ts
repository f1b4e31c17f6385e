import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isLarge } from '../../support/sizes.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { killRounds } from './kill-rounds.ts'

/** Two rounds each; the tool of this folder does as many as are wanted. */
const LIVES = 60

// A start is half a second of work. kill.test.ts kills ten processes, ../power-cut a worker.
it.runIf(isLarge)('keeps every promise, whoever of a server is killed', { timeout: 900_000 }, async () => {
  await using folder = await temporaryDirectory()
  const dataDirectory = join(folder.path, 'data')
  const { problems, rounds } = await killRounds({ dataDirectory, bucket: 'killed', lives: LIVES })
  const each = LIVES / 2
  expect({ problems, rounds }).toEqual({ problems: [], rounds: { process: each, all: each, worker: LIVES } })
})
