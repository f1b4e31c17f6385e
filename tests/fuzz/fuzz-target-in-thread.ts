import { Worker } from 'node:worker_threads'
import { lineOf, readInputs, writeInputs } from './corpus.ts'
import { makeWatch, readWatch, type ThreadMessage, type ThreadSettings } from './thread-messages.ts'

/** One input may take this long, on a machine that is busy with other work as well. */
const MOST_SECONDS = 20
const MOST_MEMORY_MEGABYTES = 512

/**
 * Fuzzes a target in a thread that can be ended: an input that takes for ever, or all memory, is a find too. Resolves to
 * how many there are.
 */
export async function fuzzTarget(name: string, seconds: number, seed: number): Promise<number> {
  const watch = makeWatch()
  const settings: ThreadSettings = { name, seconds, seed, watch }
  const thread = new Worker(new URL('fuzz-thread.ts', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MEGABYTES },
  })
  let finds = 0
  const keep = (input: Uint8Array, message: string): void => {
    finds++
    writeInputs('finds', name, [...readInputs('finds', name), input])
    print(`${name}: ${message}\n  input ${lineOf(input)}`)
  }
  thread.on('message', (message: ThreadMessage) => {
    if (message.kind === 'find') return keep(message.input, message.message)
    writeInputs('corpus', name, message.corpus)
    const perSecond = Math.round(message.runs / seconds)
    print(`${name}: ${message.runs} runs (${perSecond}/s), ${message.branches} branches, seed ${seed}`)
  })
  thread.on('error', (error: Error) => {
    const { runs, input } = readWatch(watch)
    // Before the first run it is the target itself that could not be loaded.
    if (runs === 0) throw error
    keep(input, error.message)
  })
  const end = new Promise((resolve) => thread.once('exit', resolve))
  const guard = endWhenStuck(thread, watch, keep)
  await end
  clearInterval(guard)
  return finds
}

function endWhenStuck(
  thread: Worker,
  watch: SharedArrayBuffer,
  keep: (input: Uint8Array, message: string) => void,
): NodeJS.Timeout {
  let before = -1
  return setInterval(() => {
    const { runs, input } = readWatch(watch)
    if (runs === before) {
      keep(input, `takes more than ${MOST_SECONDS} s`)
      void thread.terminate()
    }
    before = runs
  }, MOST_SECONDS * 1000)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
