import { errorCode } from '../base/storage-fault.ts'

/** `EX_IOERR` of sysexits.h: no other failure of a command ends with it. */
const OUTPUT_LOST = 74

/** Whoever reads has gone; a socket in place of a pipe may say the latter. */
const READER_GONE = new Set<string | undefined>(['EPIPE', 'ECONNRESET'])

interface Streams {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
  exitCode?: number | string | null | undefined
  once(event: 'beforeExit', listener: () => void): unknown
}

/**
 * Output that cannot be written ends no command: it goes on to its end, and its exit code is that of what it found or did. A reader
 * that has gone (`| head -1`) wants no more, and nobody is told. Otherwise that is told once, and is an exit code of its own where all
 * else is well. A server says when it exits, and with what.
 */
export function watchOutput(streams: Streams = process): void {
  let isTold = false
  streams.stdout.on('error', (error: Error) => {
    if (isTold || READER_GONE.has(errorCode(error))) return
    isTold = true
    streams.stderr.write(`The output could not be written (${error.message}); the command goes on without it.
`)
    streams.once('beforeExit', () => {
      streams.exitCode ||= OUTPUT_LOST
    })
  })
  // There is nowhere to tell it.
  streams.stderr.on('error', () => {})
}
