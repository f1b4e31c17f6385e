import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { runCommand } from '../../support/run-command.ts'

const SOURCE = fileURLToPath(new URL('recorder.c', import.meta.url))
/** As in recorder.c; a mark is the test's own. */
const KINDS = [
  '',
  'end',
  'create',
  'write',
  'cut',
  'sync',
  'make',
  'remove',
  'rename',
  'link',
  'map',
  'other',
  'mark',
] as const
const HEAD = {
  kind: 4,
  flags: 8,
  pathBytes: 12,
  otherBytes: 16,
  call: 24,
  inode: 32,
  position: 40,
  result: 48,
  end: 56,
} as const
const AT_ONCE = 1
const TRUNCATES = 2

export type CallKind = Exclude<(typeof KINDS)[number], '' | 'end'>

/** What a process did, or a mark of the test. */
export interface RecordedCall {
  readonly kind: CallKind
  /** Where in the order of all records it began. */
  readonly begin: number
  /** Where it had returned; `Infinity` where its process died before. */
  end: number
  /** Below 0: it failed. Of a write that came to its end, how many bytes. */
  result: number
  inode: bigint
  /** Of bytes in their file; -1 of an append that never returned. */
  position: number
  readonly path: string
  /** The second path of a rename or a link. */
  readonly other: string
  readonly bytes: Buffer
  /** Written with `O_DSYNC`: durable when it returns. */
  readonly isAtOnce: boolean
  readonly isTruncating: boolean
}

/** A place to record in. */
export interface Recorder extends AsyncDisposable {
  /** What is below it is recorded. */
  readonly folder: string
  readonly log: string
  /** For the processes to record. `dieAt`: see recorder.c. */
  environment(dieAt?: number): Record<string, string>
  /** From now on writes count for `dieAt`. */
  arm(): Promise<void>
  /** Puts a line of the test's own into the order of calls. */
  mark(text: string): void
}

export interface Recording {
  readonly folder: RecordedFolder
  readonly calls: readonly RecordedCall[]
  /** Of all records, those that a call has ended in too. */
  readonly length: number
}

interface RecordedFolder {
  readonly path: string
  readonly inode: bigint
}

/** Compiles the recorder; rejects where `cc` cannot. */
export async function openRecorder(): Promise<Recorder> {
  const temporary = await temporaryDirectory()
  const root = await realpath(temporary.path)
  const [library, log, folder] = [join(root, 'recorder.so'), join(root, 'log'), join(root, 'room')]
  await runCommand('cc', ['-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, SOURCE])
  await mkdir(folder)
  const file = openSync(log, 'a', 0o600)
  const { ino } = await stat(folder, { bigint: true })
  writeSync(file, markRecord(folder, ino))
  return {
    folder,
    log,
    environment: (dieAt) => ({
      LD_PRELOAD: library,
      RECORDER_LOG: log,
      RECORDER_FOLDER: folder,
      ...(dieAt !== undefined && { RECORDER_DIE_AT: String(dieAt) }),
    }),
    arm: () => writeFile(`${log}.armed`, ''),
    mark(text) {
      writeSync(file, markRecord(text))
    },
    async [Symbol.asyncDispose]() {
      closeSync(file)
      await temporary[Symbol.asyncDispose]()
    },
  }
}

function markRecord(text: string, inode = 0n): Buffer {
  const path = Buffer.from(text)
  const head = Buffer.alloc(HEAD.end)
  head.writeUInt32LE(HEAD.end + path.length)
  head.writeUInt32LE(KINDS.indexOf('mark'), HEAD.kind)
  head.writeUInt32LE(path.length, HEAD.pathBytes)
  head.writeBigUInt64LE(inode, HEAD.inode)
  return Buffer.concat([head, path])
}

export async function readRecording(path: string): Promise<Recording> {
  const log = await readFile(path)
  const calls: RecordedCall[] = []
  const open = new Map<bigint, RecordedCall>()
  let index = 0
  for (let start = 0; start < log.length; index++) {
    const record = log.subarray(start, start + log.readUInt32LE(start))
    start += record.length
    const call = callOf(record, index)
    const id = record.readBigUInt64LE(HEAD.call)
    if (call) {
      calls.push(call)
      open.set(id, call)
    } else {
      const begun = open.get(id)
      if (begun) noteEnd(begun, record, index)
    }
  }
  // The first mark says which folder it is.
  const first = calls.shift()
  return { folder: { path: first?.path ?? '', inode: first?.inode ?? 0n }, calls, length: index }
}

function callOf(record: Buffer, begin: number): RecordedCall | undefined {
  const kind = KINDS[record.readUInt32LE(HEAD.kind)]
  if (!kind) throw new Error(`record ${begin} is none`)
  if (kind === 'end') return undefined
  const pathEnd = HEAD.end + record.readUInt32LE(HEAD.pathBytes)
  const otherEnd = pathEnd + record.readUInt32LE(HEAD.otherBytes)
  const flags = record.readUInt32LE(HEAD.flags)
  return {
    kind,
    begin,
    end: kind === 'mark' ? begin : Infinity,
    result: 0,
    inode: record.readBigUInt64LE(HEAD.inode),
    position: Number(record.readBigInt64LE(HEAD.position)),
    path: record.toString('utf8', HEAD.end, pathEnd),
    other: record.toString('utf8', pathEnd, otherEnd),
    bytes: record.subarray(otherEnd),
    isAtOnce: (flags & AT_ONCE) !== 0,
    isTruncating: (flags & TRUNCATES) !== 0,
  }
}

function noteEnd(call: RecordedCall, record: Buffer, index: number): void {
  call.end = index
  call.result = Number(record.readBigInt64LE(HEAD.result))
  call.inode = record.readBigUInt64LE(HEAD.inode) || call.inode
  if (call.kind === 'write') call.position = Number(record.readBigInt64LE(HEAD.position))
}
