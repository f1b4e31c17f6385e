import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Log } from '../base/log.ts'
import { humanLine } from './human-log.ts'

export interface OutputOptions {
  readonly log: Log
  readonly isTerminal: boolean
  readonly write: (text: string) => void
  /** Whether what a worker says as it fails to start is for whoever has just typed the command. */
  readonly isStarting: () => boolean
}

/**
 * Hands on what a worker writes to standard error: lines of its log as they are, and whatever else is printed into it, by
 * LMDB or Node itself, as lines of the log.
 */
export async function passOn(stream: Readable, options: OutputOptions): Promise<void> {
  for await (const line of createInterface({ input: stream })) passOnLine(line, options)
}

export function passOnLine(line: string, { log, isTerminal, write, isStarting }: OutputOptions): void {
  if (isOfLog(line)) write(isTerminal ? humanLine(line) : `${line}\n`)
  else if (isStarting()) write(`${line}\n`)
  else if (line.trim() !== '') log.warn({ printed: line }, 'a worker printed')
}

function isOfLog(line: string): boolean {
  if (!line.startsWith('{"level":')) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
