import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

/** The signal by which a process ends that runs some code. Nothing is dumped. */
async function signalThatEnds(code: string): Promise<string | null> {
  const folder = new URL('./', import.meta.url).href
  const program = code.replaceAll('./', folder)
  const words = ['-c', 'ulimit -c 0; exec "$0" "$@"', process.execPath, '-e', program]
  const child = spawn('/bin/sh', words, { stdio: 'ignore' })
  const [, signal] = (await once(child, 'close')) as [number | null, string | null]
  return signal
}

// What V8 does where there is no memory left, from whichever thread.
test.each([
  [
    'digests in the main thread',
    `(await import('./checksums.ts')).checksumOf('CRC64NVME', Buffer.from('a'))`,
  ],
  [
    'digests in a thread',
    `const threads = new (await import('./digest-threads.ts')).DigestThreads(1)
     const stream = threads.start(['CRC32C', 'CRC64NVME'], 8e6)
     await stream.update(Buffer.alloc(8e6))
     await stream.finish()`,
  ],
])('a process that %s dies when it aborts', async (_, code) => {
  expect(await signalThatEnds(`(async () => { ${code}; process.abort() })()`)).toBe('SIGABRT')
})
