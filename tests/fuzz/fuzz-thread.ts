import { parentPort, workerData } from 'node:worker_threads'
import { Fuzzer } from './fuzzer.ts'
import { instrumentModules } from './instrument.ts'
import { targetNamed } from './targets.ts'
import { type ThreadMessage, type ThreadSettings, writeWatch } from './thread-messages.ts'

const { name, seconds, seed, watch } = workerData as ThreadSettings
const post = (message: ThreadMessage): void => parentPort?.postMessage(message)

instrumentModules()
const fuzzer = new Fuzzer(await targetNamed(name), {
  name,
  seed,
  onRun: (input) => writeWatch(watch, input),
  onFind: (find) => post({ kind: 'find', ...find }),
})
await fuzzer.runUntil(performance.now() + seconds * 1000)
const { runs, branches } = fuzzer
post({ kind: 'done', runs, branches, corpus: await fuzzer.smallestCorpus() })
